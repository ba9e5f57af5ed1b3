import type { CredentialView, RekeyClient } from '@rekey/client'
import { formatName, type CredentialName } from '@rekey/domain'
import { inColumns, inLines } from '../columns.ts'
import { asJson, type Said } from '../said.ts'

/** The API's own filters. */
export interface CredentialFilter {
  readonly zone?: string
  readonly host?: string
  readonly account?: string
  readonly status?: string
  readonly shared?: boolean
  readonly observed?: boolean
}

export async function listCredentials (api: RekeyClient, { shared, observed, status, ...filter }: CredentialFilter, json = false): Promise<Said> {
  const query = { ...filter, status: status as CredentialView['status'] | undefined, shared: shared === true ? 'true' as const : undefined, observed: observed === true ? 'true' as const : undefined }
  const credentials = await api.all('/v1/credentials', query)
  if (json) return { out: asJson(credentials), notes: [] }
  const rows = credentials.map(one => [formatName(one), one.status + (one.observed ? ', observed' : ''), String(one.order), one.shared ? 'yes' : 'no', one.madeAt ?? '-', one.fingerprint ?? '-'])
  return { out: inLines(inColumns([['CREDENTIAL', 'STATUS', 'ORDER', 'SHARED', 'MADE', 'FINGERPRINT'], ...rows])), notes: [] }
}

/** With its rotations, and what each has proven. */
export async function showCredential (api: RekeyClient, { zone, host, account, name }: CredentialName, json = false): Promise<Said> {
  const credential = await api.get('/v1/credentials/{zone}/{host}/{account}/{name}', { path: { zone, host, account, name } })
  return { out: json ? asJson(credential) : inLines([...inColumns(facts(credential)), ...credential.rotations.flatMap(rotationLines)]), notes: [] }
}

function facts (credential: CredentialView): string[][] {
  const { hold, lastFailure, heartbeat, drift } = credential
  return [
    ['credential', formatName(credential)],
    ['status', credential.status],
    ['fingerprint', credential.fingerprint ?? '-'],
    ['made', credential.madeAt ?? '-'],
    ['verified', credential.verifiedAt ?? '-'],
    ...heartbeat === null ? [] : [['heartbeat', `${heartbeat.outcome} at ${heartbeat.at}`]],
    ...credential.nextHeartbeatAt === null ? [] : [['next', `heartbeat at ${credential.nextHeartbeatAt}`]],
    ...drift === null ? [] : [['drift', `refused since ${drift.since}${drift.opened === null ? '' : `, an earlier one opened: ${drift.opened}`}${drift.endedAt === null ? '' : `, until ${drift.endedAt}`}`]],
    ['order', String(credential.order)],
    ['observed', credential.observed ? `by ${credential.observers.join(', ')}` : 'no'],
    ...credential.shared ? [['shared', credential.sharedWith.length === 0 ? 'with another zone' : credential.sharedWith.join(', ')]] : [],
    ...[...credential.owed === null ? [] : [credential.owed], ...credential.debts].map(one => ['debt', `${one.fingerprint} since ${one.since}: not proven dead (${one.class})`]),
    ...hold === null ? [] : [['hold', `${hold.class} since ${hold.since}: ${hold.detail}`]],
    ...lastFailure === null ? [] : [['failure', `${lastFailure.code} at ${lastFailure.at}: ${lastFailure.message}`]]
  ]
}

function rotationLines ({ order, settledAt, newFingerprint, proof }: CredentialView['rotations'][number]): string[] {
  return [
    '',
    `Rotation for order ${order}, settled ${settledAt}, judged by ${proof.by}`,
    ...inColumns([
      ['  random', proof.randomRefused ? 'refused' : 'NOT REFUSED'],
      ...proof.oldRefused.map(fingerprint => ['  old', `refused   ${fingerprint}`]),
      ['  new', `accepted  ${newFingerprint}${proof.ranCommand ? ', and ran a command' : ''}`]
    ])
  ]
}
