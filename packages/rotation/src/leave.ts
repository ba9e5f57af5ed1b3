import type { HostRecord, Leave, Leaving, Policy, Proposal } from '@rekey/domain'
import { endsInTime, formatThrough, hasLeft, hostsBehind, isLeaveOpen, siblingsRelyingOn } from '@rekey/domain'
import type { Outline } from './facts.ts'
import { siblingsOf } from './facts.ts'
import type { Ports } from './ports.ts'
import { approversOf, granted } from './proposal.ts'
import type { Counting, Granted } from './proposal.ts'
import type { Turn } from './turn.ts'

/*
 * What leaves is not rotated for orders that come later, a revoke-all included. So the API can propose it and can't decide: it counts once
 * enough people have approved, each with a Vault login of his own.
 *
 *     approved ─► record marked ─► each credential marked ─► what it owes proven or signed off ─► archived ─► the host has left
 *
 * Until it is marked, it is a credential like any other; from then on nobody new may rely on it.
 */

/** A host that something may leave, and where to look who relies on it. */
export interface LeavingHost {
  readonly record: HostRecord
  readonly outlines: readonly Outline[]
  /** All of the zone. */
  readonly records: () => Promise<readonly HostRecord[]> | readonly HostRecord[]
}

interface Asked extends Counting {
  readonly proposals: readonly Proposal[]
  readonly now: Date
}

/** Whether something of a host waits to be marked, or the host for its end. */
export async function leaveWaits (host: LeavingHost, asked: Asked): Promise<boolean> {
  if (await nextOfHost(host, asked) !== undefined || await isOver(host, asked)) return true
  for (const outline of host.outlines) {
    if (await nextOf(outline, host, asked) !== undefined) return true
  }
  return false
}

/** Marks the record of a host that leaves. @returns it as it stands then */
export async function heedHostLeave (host: LeavingHost, proposals: readonly Proposal[], policy: Policy, { journal, audit, now, log }: Ports): Promise<HostRecord> {
  const { record } = host
  const found = await nextOfHost(host, { proposals, policy, journal, now: now() })
  if (found === undefined) return record
  const { number, reason } = found.proposal
  await audit.record({ act: 'leave', target: `${record.zone}/${record.id}`, reason, detail: detailOf(found) })
  const next = { ...record, leave: number }
  await journal.replaceHost(next, record)
  log.info({ event: 'leaving', host: record.id, proposal: number }, 'the host leaves, as people have approved')
  return next
}

/** Marks a credential that leaves, by itself or with its host: it owes what is in force now, and nothing that comes later. */
export async function heedLeave (turn: Turn, host: LeavingHost, proposals: readonly Proposal[]): Promise<void> {
  const { credential, facts, ports: { journal } } = turn
  const found = await nextOf(credential, host, { proposals, policy: facts.policy, journal, now: facts.now })
  if (found === undefined) return
  await turn.announce('leave', { epoch: credential.epoch, fingerprint: credential.current.fingerprint, detail: detailOf(found) })
  const { number, reason, signOff } = found.proposal
  const { leaving } = credential
  const next: Leaving = {
    proposal: number,
    by: approversOf(found),
    reason,
    at: leaving?.at ?? turn.time(),
    order: leaving?.order ?? facts.orders.at(-1)?.number ?? 0,
    signedOff: [...new Set([...leaving?.signedOff ?? [], ...signOff])],
    leftAt: null
  }
  await turn.saveUnlessBeaten({ ...credential, leaving: next })
}

/** Notes of a host that leaves that all it had has left. @returns its record as it stands then */
export async function heedEnd (host: LeavingHost, proposals: readonly Proposal[], policy: Policy, { journal, now, log }: Ports): Promise<HostRecord> {
  const { record } = host
  if (!await isOver(host, { proposals, policy, journal, now: now() })) return record
  const next = { ...record, leftAt: now().toISOString() }
  await journal.replaceHost(next, record)
  log.info({ event: 'left', host: record.id }, 'the host has left')
  return next
}

async function nextOfHost ({ record, records }: LeavingHost, asked: Asked): Promise<Granted<Leave> | undefined> {
  const found = await newest(leavesOf(record, asked).filter((leave) => leave.credential === null && isLeaveOpen(leave, { taken: record.leave, leftAt: record.leftAt }, asked.now)), asked)
  return found !== undefined && hostsBehind(found.proposal, await records()).length === 0 ? found : undefined
}

async function nextOf (outline: Outline, host: LeavingHost, asked: Asked): Promise<Granted<Leave> | undefined> {
  const { record, outlines, records } = host
  const { name, leaving } = outline
  const withHost = hasLeft(outline) ? [] : behindRecord(record, asked).filter(({ number }) => number > (leaving?.proposal ?? 0))
  const alone = leavesOf(record, asked).filter((leave) => leave.credential !== null && formatThrough(leave.credential) === formatThrough(name) &&
    isLeaveOpen(leave, { taken: leaving?.proposal, leftAt: leaving?.leftAt }, asked.now))
  const found = await newest([...withHost, ...alone], asked)
  if (found?.proposal.credential === null) return found
  const isNeeded = found !== undefined && (siblingsRelyingOn(name, siblingsOf(outlines), record.recovery).length > 0 || hostsBehind(found.proposal, await records()).length > 0)
  return isNeeded ? undefined : found
}

async function isOver ({ record, outlines }: LeavingHost, asked: Asked): Promise<boolean> {
  return record.leftAt === undefined && outlines.every(hasLeft) && await newest(behindRecord(record, asked), asked) !== undefined
}

/** The leave that a record names. It says so of itself, and is believed only for the approvals. */
function behindRecord (record: HostRecord, asked: Asked): Leave[] {
  return leavesOf(record, asked).filter((leave) => leave.credential === null && leave.number === record.leave && endsInTime(leave))
}

function leavesOf ({ id }: HostRecord, { proposals }: Asked): Leave[] {
  return proposals.filter((proposal): proposal is Leave => proposal.kind === 'leave' && proposal.host === id)
}

/** The last of these that people have approved. */
async function newest (leaves: readonly Leave[], counting: Counting): Promise<Granted<Leave> | undefined> {
  for (const leave of leaves.toSorted((a, b) => b.number - a.number)) {
    const found = await granted(leave, counting)
    if (found !== undefined) return found
  }
  return undefined
}

function detailOf (found: Granted<Leave>): string {
  return `proposal ${found.proposal.number}, approved by ${approversOf(found)}`
}
