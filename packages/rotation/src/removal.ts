import type { Credential, HostRecord, Policy, Proposal, Removal, SurveyResult } from '@rekey/domain'
import { fingerprint, formatName, formatThrough, isPassword, isRekeyError, isRemovalOpen, RekeyError, withOutcome } from '@rekey/domain'
import type { Line } from './line.ts'
import { isObserved } from './observe.ts'
import type { HostObservation } from './observe.ts'
import type { Change, Ports, Session, VisitLease } from './ports.ts'
import { approversOf, granted } from './proposal.ts'
import type { Counting, Granted } from './proposal.ts'
import { asRoot, lookers, passwordOf, sessionOf } from './survey.ts'

/*
 * A key that nobody manages is none of ours to judge: the API proposes to take it out, and the worker counts who has approved of just that key
 * at just that account. Nobody here has its private half, so no login can prove that it opens nothing any more. In place of a proof, the host is
 * looked at again, over a new connection: the line is gone, and our own login still works.
 */

/** One host in a visit. */
export interface RemovalHost {
  readonly record: HostRecord
  readonly credentials: readonly Credential[]
  readonly observation: HostObservation
  readonly line: Line
  readonly lease: VisitLease
}

type Asked = Counting & { readonly now: Date, readonly survey: Parameters<typeof isRemovalOpen>[1] }

/** The name under which an account's lock and fence are kept. Lines are only ever taken out, so one epoch does for all. */
const fenced = { name: 'unknown-keys', epoch: 1 } as const

/** What of these proposals people have approved and waits to be carried out on a host. */
export async function removalsWaiting (host: string, proposals: readonly Proposal[], { survey, now, ...counting }: Asked): Promise<Array<Granted<Removal>>> {
  const found: Array<Granted<Removal>> = []
  for (const proposal of proposals) {
    if (proposal.kind !== 'removal' || proposal.host !== host || !isRemovalOpen(proposal, survey, now)) continue
    const one = await granted(proposal, counting)
    if (one !== undefined) found.push(one)
  }
  return found
}

/**
 * Takes out the keys that people have approved of, and keeps in the host's survey how that ended. A host that is out of reach is tried again.
 * @returns whether the host is to be surveyed now, as what was found there before may hold no longer
 */
export async function heedRemovals (host: RemovalHost, proposals: readonly Proposal[], policy: Policy, ports: Ports): Promise<boolean> {
  const { journal, now, audit, log } = ports
  const { record } = host
  if (record.leftAt !== undefined || !proposals.some((proposal) => proposal.kind === 'removal' && proposal.host === record.id)) return false
  const waiting = await removalsWaiting(record.id, proposals, { journal, policy, now: now(), survey: await journal.survey(record.id) })
  for (const found of waiting) {
    const { proposal } = found
    const refused = await carryOut(found, host, policy, ports)
    if (refused === undefined) continue
    const target = `${record.zone}/${record.id}/${proposal.account}`
    await audit.record({ act: 'remove-key', target, fingerprint: fingerprint(proposal.publicKey), outcome: refused === null ? 'done' : 'refused', ...refused !== null && { detail: refused } })
    await journal.reportSurvey(withOutcome(await journal.survey(record.id), proposal, { at: now().toISOString(), refused }))
    log.info({ event: 'key-removal', host: record.id, proposal: proposal.number, done: refused === null }, refused ?? 'a key that nobody manages was taken out, as people have approved')
  }
  return waiting.length > 0
}

/** @returns null: it is gone; why it is not and stays; undefined: the host could not be reached */
async function carryOut (found: Granted<Removal>, host: RemovalHost, policy: Policy, ports: Ports): Promise<string | null | undefined> {
  const { publicKey } = found.proposal
  const owner = host.credentials.find((credential) => secretsOf(credential).includes(publicKey))
  if (owner !== undefined) return `it is managed as ${formatThrough(owner.name)}: rotate that one, and what is left of this key can be removed`
  const ready = lookers(host.credentials, host.record.recovery, ports.now(), found.proposal.account)
  const able = ready.filter((credential) => !isObserved(credential, { ...host.observation, policy }))
  if (ready.length === 0) return undefined
  if (able.length === 0) return 'all that could do it is observed, so nothing is changed here: release one, and propose it anew'
  for (const credential of able) {
    const said = await removeOver(credential, found, host, ports)
    if (said !== false) return said
  }
  return `no managed credential of the host may change ${found.proposal.account}: adopt one of that account, of root, or of an account with sudo`
}

/** Over one of our own logins. @returns as above; false: this one may not change the account */
async function removeOver (credential: Credential, { proposal, ...decision }: Granted<Removal>, { credentials, record, line, lease }: RemovalHost, { audit, now }: Ports): Promise<string | null | undefined | false> {
  const { account, publicKey, number } = proposal
  const reach = async (): Promise<Reach | undefined> => await reachOf(account, await sessionOf(credential, line), credential, credentials)
  let reached: Reach | undefined
  try {
    reached = await reach()
  } catch (error) {
    if (isRekeyError(error)) return undefined
    throw error
  }
  if (reached === undefined) return false
  try {
    const before = await reached.look(now().toISOString())
    if (accountIn(before, account)?.authorities.some((seen) => seen.publicKey === publicKey) === true) return 'it is a certificate authority there (cert-authority): whoever has a certificate of it logs in, so take it out by hand once you know who has'
    const where = { zone: record.zone, host: record.id, account }
    await audit.record({ act: 'remove-key', target: Object.values(where).join('/'), fingerprint: fingerprint(publicKey), reason: proposal.reason, detail: `over ${formatName(credential.name)}, by proposal ${number}, approved by ${approversOf(decision)}` })
    const refusals: string[] = []
    for (const session of reached.changers) {
      lease.assertHeld()
      const change = await session.removeKeys({ credential: { ...where, name: fenced.name }, epoch: fenced.epoch, keys: [publicKey] })
      if (change.outcome !== 'applied') refusals.push(whyNot(change))
    }
    await line.close()
    const after = await (await reach())?.look(now().toISOString())
    if (after === undefined) return `our own login over ${formatName(credential.name)} no longer works, so nothing is known of the key: look at the host`
    if (accountIn(after, account)?.keys.some((seen) => seen.publicKey === publicKey) !== true) return after.isComplete ? null : 'the host did not tell everything when it was looked at afterwards, so it is not known to be gone'
    return refusals.join('; ') || 'it is there again: somebody or something puts it back'
  } catch (error) {
    if (isRekeyError(error) && error.code.startsWith('ssh/')) return `${error.message}; whether it is gone, the next survey tells`
    throw error
  }
}

/** What one login may do for an account. */
interface Reach {
  /** Who takes lines out: the account itself, and root where it keeps keys out of the account's reach. */
  readonly changers: readonly Session[]
  /** How the account stands, by root's view where there is one. */
  readonly look: (at: string) => Promise<SurveyResult>
}

async function reachOf (account: string, session: Session | undefined, credential: Credential, credentials: readonly Credential[]): Promise<Reach | undefined> {
  if (session === undefined) return undefined
  const root = await asRoot(session, credential, credentials)
  const own = credential.target.account === account ? session : account === 'root' ? root : await session.become(account, passwordOf(credential, credentials))
  const changers = [...own === undefined ? [] : [own], ...root !== undefined && account !== 'root' && (own === undefined || await root.keepsKeysOf(account)) ? [root] : []]
  const viewer = root ?? own
  if (viewer === undefined || changers.length === 0) return undefined
  return {
    changers,
    look: async (at) => {
      const seen = await viewer.survey(at)
      if (seen === undefined) throw new RekeyError('ssh/misbehaved', 'the host told nothing that can be read when it was looked at')
      return seen
    }
  }
}

function accountIn ({ accounts }: SurveyResult, name: string): SurveyResult['accounts'][number] | undefined {
  return accounts.find(({ account }) => account === name)
}

/** Public keys that open an account of the host by what we know, or may. */
function secretsOf ({ current, candidate, retired }: Credential): string[] {
  return [current, ...candidate === null ? [] : [candidate], ...retired].flatMap((secret) => isPassword(secret) ? [] : [secret.publicKey])
}

function whyNot (change: Exclude<Change, { outcome: 'applied' }>): string {
  return change.outcome === 'refused' ? change.reason : `the fence ${fenced.name} of the account in .rekey is damaged or not ours: look at the host`
}
