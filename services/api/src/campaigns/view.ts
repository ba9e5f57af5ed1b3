import type { Static } from 'typebox'
import { allHosts, countedApprovals, formatName, hasExpired, isDecided, noHosts, type CampaignRun, type CredentialState, type Order, type Steering } from '@rekey/domain'
import { approveWith } from '../approve-with.ts'
import type { CallerPorts } from '../caller-ports.ts'
import type { UnseenState } from '../credential-views.ts'
import { countOutcomes, isDone, outcomeOf, type Counts, type Outcome } from '../order-progress.ts'
import type { TargetPorts } from '../orders.ts'
import type { CampaignSummary, CampaignZoneView } from '../schemas/campaign.ts'
import { shownTarget, type ShownTarget } from '../schemas/order.ts'
import { policyOf } from '../zone-policies.ts'
import { targetsOf, type FoundCampaign, type ZoneCampaign } from './find.ts'
import { headOf, zoneHeadOf } from './head.ts'

type ZoneView = Static<typeof CampaignZoneView>
type State = CredentialState | UnseenState

/** A target of a campaign, and when the last of its old secrets was proven dead. */
export interface CampaignTarget {
  readonly state: State
  readonly outcome: Outcome
  readonly refusedAt: string | null
}

/** A campaign at one moment: what is told of it, and all of its targets. */
export interface CampaignPicture {
  readonly summary: Static<typeof CampaignSummary>
  readonly targets: readonly CampaignTarget[]
}

export async function pictureOf (ports: TargetPorts & Pick<CallerPorts, 'now'>, campaign: FoundCampaign): Promise<CampaignPicture> {
  const zones = await Promise.all(campaign.zones.map(async one => await zoneOf(ports, one)))
  const targets = zones.flatMap(zone => zone.targets)
  const head = headOf(campaign)
  const counts = countOutcomes(targets.map(({ outcome }) => outcome))
  const done = zones.every(({ view }) => ['done', 'stopped', 'expired'].includes(view.status))
  return {
    summary: {
      ...head,
      isOverdue: head.deadline !== null && !done && Date.parse(head.deadline) <= ports.now().getTime(),
      done,
      counts,
      stillUsable: stillUsable(counts),
      refused: refusals(zones.flatMap(({ view }) => view.startedAt ?? []), targets),
      zones: zones.map(({ view }) => view)
    },
    targets
  }
}

export function shownOf ({ state, outcome, refusedAt }: CampaignTarget): ShownTarget & Pick<State, 'sessions' | 'lock' | 'spared'> & { readonly refusedAt: string | null } {
  return { ...shownTarget({ ...state, outcome }), refusedAt, sessions: state.sessions, lock: state.lock, spared: state.spared }
}

async function zoneOf (ports: TargetPorts & Pick<CallerPorts, 'now'>, campaign: ZoneCampaign): Promise<{ view: ZoneView, targets: CampaignTarget[] }> {
  const { proposal, run } = campaign
  const [states, { policy }, said] = await Promise.all([targetsOf(ports, campaign), policyOf(ports.inventory, proposal.zone), ports.inventory.approvals(proposal.zone, proposal.number)])
  // Before it has a number, nothing fulfils it.
  const order = { number: run?.order ?? Infinity }
  const targets = states.map(state => targetOf(order, state))
  const counts = countOutcomes(targets.map(({ outcome }) => outcome))
  const approvals = countedApprovals(proposal, said)
  return {
    targets,
    view: {
      ...zoneHeadOf(proposal, policy),
      order: run?.order ?? null,
      status: statusOf(campaign, { counts, isApproved: isDecided(proposal, approvals, policy), now: ports.now() }),
      approvals: approvals.map(({ digest: _, ...approval }) => approval),
      startedAt: run?.startedAt ?? null,
      breakGlass: run?.breakGlass ?? null,
      breaker: run?.breaker ?? null,
      steerings: campaign.steerings.map(steering => steeringView(steering, run, ports.now())),
      counts,
      stillUsable: stillUsable(counts)
    }
  }
}

function steeringView (steering: Steering, run: CampaignRun | undefined, now: Date): ZoneView['steerings'][number] {
  const { number, action, reason, proposedBy, proposedAt, expiresAt } = steering
  const isOpen = run !== undefined && run.state !== 'stopped' && run.steering < number && !hasExpired(steering, now)
  return { proposal: number, action, reason, proposedBy, proposedAt, expiresAt, isOpen, approveWith: approveWith(steering) }
}

function targetOf (order: Pick<Order, 'number'>, state: State): CampaignTarget {
  const proofs = state.rotations.filter(rotation => rotation.order >= order.number).map(({ settledAt }) => settledAt).sort()
  const outcome = outcomeOf(order, state)
  return { state, outcome, refusedAt: outcome === 'locked' ? state.lock?.proof?.at ?? null : outcome === 'settled' ? proofs[0] ?? null : null }
}

/** Targets where an old secret is not proven to open nothing. */
function stillUsable ({ total, settled, locked }: Counts): number {
  return total - settled - locked
}

/** Done: each target is proven, or listed as a debt, held, observed or left. Debts go on by themselves. */
function statusOf ({ proposal, run }: ZoneCampaign, { counts, isApproved, now }: { counts: Counts, isApproved: boolean, now: Date }): ZoneView['status'] {
  if (run === undefined) return hasExpired(proposal, now) ? 'expired' : isApproved ? 'approved' : 'proposed'
  if (run.state !== 'running') return run.state
  if (isDone(counts)) return 'done'
  if (run.breaker !== null) return 'halted'
  return run.through === noHosts ? 'waiting' : run.through === allHosts ? 'all-hosts' : 'waves'
}

/** Seconds from the first start until the first, half and all of the targets refused what they had been opened by. */
function refusals (starts: readonly string[], targets: readonly CampaignTarget[]): Static<typeof CampaignSummary>['refused'] {
  const begun = Math.min(...starts.map(at => Date.parse(at)))
  const seconds = targets.flatMap(({ refusedAt }) => refusedAt === null ? [] : [Math.max(0, (Date.parse(refusedAt) - begun) / 1000)]).sort((a, b) => a - b)
  const open = targets.filter(({ outcome, refusedAt }) => outcome !== 'settled' || refusedAt !== null).length
  const at = (count: number): number | null => count > 0 ? seconds[count - 1] ?? null : null
  return { firstSeconds: at(1), halfSeconds: at(Math.ceil(open / 2)), allSeconds: at(open) }
}

/** The order of lists. */
export function targetKey ({ state }: CampaignTarget): string {
  return formatName(state)
}
