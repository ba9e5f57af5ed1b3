import type { Credential, HostRecord, Policy, Proposal, Redirect } from '@rekey/domain'
import { endpointOf, fingerprint, formatEndpoint, formatVia, hasLeft, isOpen, isSameEndpoint, isSound } from '@rekey/domain'
import type { Journal, Ports } from './ports.ts'
import { approversOf, granted } from './proposal.ts'
import type { Counting, Granted } from './proposal.ts'
import type { Backoff, Setback } from './setback.ts'
import { withSetback } from './setback.ts'
import type { Turn } from './turn.ts'

/*
 * Where a host is, decides who is shown its secrets. The API can propose another place and can't decide: a redirect counts
 * once enough people have approved it, each with a Vault login of his own. Then the worker writes it into the host's record,
 * and binds each credential anew. Whatever else makes a record differ from what is bound, holds the credential.
 */

/** The redirect among these that waits to be carried out on that host. */
export async function waitingRedirect (record: HostRecord, proposals: readonly Proposal[], { journal, policy, now }: Counting & { now: Date }): Promise<Granted<Redirect> | undefined> {
  for (const redirect of proposals.filter(isRedirect)) {
    if (!isOpen(redirect, record, now) || await leadsThroughLeaving(redirect, journal)) continue
    const found = await granted(redirect, { journal, policy })
    if (found !== undefined) return found
  }
  return undefined
}

function isRedirect (proposal: Proposal): proposal is Redirect {
  return proposal.kind === 'redirect'
}

/** Whether it leads through a credential that leaves. */
async function leadsThroughLeaving ({ zone, to: { via } }: Redirect, journal: Journal): Promise<boolean> {
  return via !== null && (await journal.credential({ zone, ...via }))?.value.leaving != null
}

/** Writes an approved redirect into the host's record. @returns the record as it stands then */
export async function redirectHost (record: HostRecord, proposals: readonly Proposal[], policy: Policy, { journal, audit, now, log }: Ports): Promise<HostRecord> {
  const found = await waitingRedirect(record, proposals, { journal, policy, now: now() })
  if (found === undefined) return record
  const { number, from, to, reason } = found.proposal
  const detail = `redirect ${number}, approved by ${approversOf(found)}: from ${formatEndpoint(from)} to ${formatEndpoint(to)}`
  await audit.record({ act: 'redirect', target: `${record.zone}/${record.id}`, reason, detail })
  const { via: _, ...rest } = record
  const next = { ...rest, address: to.address, port: to.port, trust: to.trust, redirect: number, ...to.via === null ? {} : { via: to.via } }
  await journal.replaceHost(next, record)
  log.info({ event: 'redirected', host: record.id, redirect: number }, 'the host\'s record follows an approved redirect')
  return next
}

/**
 * Holds a credential whose host's record differs from what is bound, unless people have approved of just that: then it is
 * bound anew, and a successor is owed, which proves the new place.
 */
export async function heedRecord (turn: Turn, record: HostRecord | undefined, backoff: Backoff): Promise<void> {
  const { target, hold } = turn.credential
  const difference = record === undefined ? 'is gone from the inventory' : differs(record, turn.credential)
  if (difference === undefined || hasLeft(turn.credential)) return
  const behind = record === undefined ? undefined : await redirectBehind(record, turn)
  if (record !== undefined && behind !== undefined) {
    await turn.saveUnlessBeaten(await bound(turn, record, behind))
  } else if (hold === null) {
    const setback: Setback = {
      class: 'not-sent',
      code: 'host/record-changed',
      hold: 'record-changed',
      message: `The host's record ${difference}; the credential stays bound to ${target.address} port ${target.port}${target.via === null ? '' : ` through ${formatVia(target.via)}`} and nothing is sent anywhere until a person has looked.`
    }
    await turn.saveUnlessBeaten(withSetback(turn.credential, setback, 'visit', turn.ports.now(), backoff))
  }
}

/** How a record differs from what is bound. Keys that were taken at first use stay those that are bound. */
function differs (record: HostRecord, { target }: Credential): string | undefined {
  if (record.address !== target.address || record.port !== target.port) return `now names ${record.address} port ${record.port}`
  if (wayOf(record.via) !== wayOf(target.via)) return record.via === undefined ? 'now names no jump host' : `now leads through ${formatVia(record.via)}`
  if ((record.legacyAlgorithms ?? []).join() !== (target.legacyAlgorithms ?? []).join()) return 'now makes other exceptions for old algorithms'
  if (record.trust.mode === 'pinned' && record.trust.keys.join() !== target.hostKeys.join()) return 'now pins other host keys'
  return undefined
}

function wayOf (via: HostRecord['via'] | null): string {
  return via === null || via === undefined ? '' : formatVia(via)
}

/** The redirect that made the record what it is. A record says so of itself, and is believed only for the approvals. */
async function redirectBehind (record: HostRecord, turn: Turn): Promise<Granted<Redirect> | undefined> {
  const { journal } = turn.ports
  if (record.redirect === undefined) return undefined
  const redirect = (await journal.proposals()).filter(isRedirect).find(({ number }) => number === record.redirect)
  if (redirect === undefined || redirect.host !== record.id || !isSound(redirect) || !isSameEndpoint(redirect.to, endpointOf(record))) return undefined
  return await granted(redirect, { journal, policy: turn.facts.policy })
}

async function bound (turn: Turn, record: HostRecord, behind: Granted<Redirect>): Promise<Credential> {
  const { credential, ports: { journal } } = turn
  const { target, hold } = credential
  const { number, reason } = behind.proposal
  const by = approversOf(behind)
  const hostKeys = record.trust.mode === 'pinned' ? record.trust.keys : target.hostKeys
  const place = `${record.zone}/${record.id}`
  await turn.announce('bind', { epoch: credential.epoch, fingerprint: credential.current.fingerprint, detail: `by redirect ${number}` })
  const owners = await Promise.all(hostKeys.map(async (key) => await journal.claim('host-key', fingerprint(key), place)))
  const at = turn.time()
  const isEnded = hold?.class === 'identity-changed' || hold?.class === 'record-changed'
  return {
    ...credential,
    target: { ...target, address: record.address, port: record.port, via: record.via ?? null, hostKeys },
    hostSharedWith: owners.find((owner) => owner !== place) ?? null,
    burnedAt: credential.burnedAt ?? at,
    failures: 0,
    nextAttemptAt: null,
    ...isEnded ? { hold: null, lastClearedHold: { ...hold, clearedAt: at, clearedBy: by, reason: `redirect ${number}: ${reason}` } } : {}
  }
}
