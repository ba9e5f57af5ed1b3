import type { Static } from 'typebox'
import { approvalsNeeded, formatName, formatVia, parseThrough, placeInSequence, spareReason, type CredentialState, type HostRecord, type Sibling, type SpareReason } from '@rekey/domain'
import type { CallerPorts } from '../caller-ports.ts'
import { indexStates, zoneStates, type UnseenState } from '../credential-views.ts'
import type { CampaignDryRun, NewCampaign } from '../schemas/campaign.ts'
import { accessEndedBy } from './access-ended.ts'
import { fingerprintsOf, planCampaign, type ZonePlan } from './propose.ts'

type DryRun = Static<typeof CampaignDryRun>

/** Rotations that a worker carries out at the same time unless it is told otherwise. */
const parallelVisits = 16

/**
 * What a campaign would do, by what the states say now. Nothing is created.
 * @param id of the campaign that it would be: hosts of the same rank come in an order of its own
 */
export async function dryRunOf (ports: CallerPorts, id: string, request: Static<typeof NewCampaign>): Promise<DryRun> {
  const plan = await planCampaign(ports, request)
  const burned = fingerprintsOf(request.burned ?? [])
  const zones = await Promise.all(plan.map(async one => {
    const records = new Map((await ports.inventory.hosts(one.zone.name)).map(record => [record.id, record]))
    const ended = await accessEndedBy(ports, one.zone.name, { scope: one.scope, number: Infinity }, ports.now())
    const spared = request.lockdown === true ? sparing(records, await zoneStates(ports.inventory, one.zone.name)) : undefined
    return { ...zoneView(id, one, { records, burned, spared }), ended }
  }))
  const index = indexStates(plan.flatMap(({ states }) => states))
  return { dryRun: true, zones, burned: burned.map(one => ({ fingerprint: one, places: [...index.get(one) ?? []].sort() })) }
}

type State = CredentialState | UnseenState

/** Why a lockdown has a credential of the zone replaced and does not lock it. The worker decides it by Vault's documents. */
function sparing (records: ReadonlyMap<string, HostRecord>, states: readonly State[]): (state: State) => SpareReason | undefined {
  const passed = [...records.values()].flatMap(({ via, leftAt }) => via === undefined || leftAt !== undefined ? [] : [formatVia(via)])
  const siblings = new Map<string, Sibling[]>()
  for (const { host, account, name, through, kind, status } of states) {
    if (kind !== null && status !== 'left') siblings.set(host, [...siblings.get(host) ?? [], { account, name, through: through === null ? null : parseThrough(through) }])
  }
  return state => spareReason({ name: state, kind: state.kind }, { recovery: records.get(state.host)?.recovery, siblings: siblings.get(state.host) ?? [], passed })
}

/** @param spared given for a lockdown */
function zoneView (id: string, { zone, states, after, policy }: ZonePlan, { records, burned, spared }: { readonly records: ReadonlyMap<string, HostRecord>, readonly burned: readonly string[], readonly spared: ReturnType<typeof sparing> | undefined }): Omit<DryRun['zones'][number], 'ended'> {
  const placeOf = ({ host }: { readonly host: string }): string => `${placeInSequence(id, host, records.get(host)?.labels ?? {})} ${host}`
  const inSequence = states.toSorted((a, b) => placeOf(a) < placeOf(b) ? -1 : placeOf(a) > placeOf(b) ? 1 : formatName(a) < formatName(b) ? -1 : 1)
  return {
    zone: zone.name,
    after,
    approvalsNeeded: approvalsNeeded({ kind: 'campaign', ...spared !== undefined && { lockdown: true } }, policy),
    estimatedSeconds: estimate(states),
    targets: inSequence.map(state => ({
      credential: formatName(state),
      fingerprint: state.fingerprint,
      isBurned: burned.some(one => one === state.fingerprint || state.debts.some(({ fingerprint }) => fingerprint === one)),
      isObserved: state.observed,
      hold: state.hold?.class ?? null,
      lastProvenAt: state.rotations[0]?.settledAt ?? null,
      unreachableSince: state.lastFailure?.class === 'unreachable' ? state.lastFailure.at : null,
      isOnlyWayIn: isOnlyWayIn(state, states, records.get(state.host)),
      isLocked: spared !== undefined && spared(state) === undefined,
      spared: spared?.(state) ?? null
    }))
  }
}

/** Nothing else that is managed opens the account, and no recovery credential could put a way in back. */
function isOnlyWayIn (state: CredentialState | UnseenState, states: ZonePlan['states'], record: HostRecord | undefined): boolean {
  return record?.recovery === undefined && !states.some(other => other !== state && other.host === state.host && other.account === state.account && other.status !== 'left')
}

/** By the middle of what rotations of the same kind have taken here. Null where none was measured. */
function estimate (states: ZonePlan['states']): number | null {
  const seconds = states.flatMap(({ kind, rotations }) => rotations.map(({ startedAt, settledAt }) => ({ kind, took: (Date.parse(settledAt) - Date.parse(startedAt)) / 1000 })))
  const open = states.filter(({ observed }) => !observed)
  const each = open.map(({ kind }) => median(seconds.filter(one => one.kind === kind).map(({ took }) => took)) ?? median(seconds.map(({ took }) => took)))
  const known = each.filter(took => took !== undefined)
  if (known.length < open.length || known.length === 0) return null
  return Math.ceil(Math.max(...known, known.reduce((sum, took) => sum + took, 0) / parallelVisits))
}

function median (values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
