import { createHash, randomUUID } from 'node:crypto'
import type { Static } from 'typebox'
import { canonical, fingerprint, isSingleOperator, RekeyError, type Campaign, type CampaignAction, type Policy, type Scope } from '@rekey/domain'
import { parsePublicKey } from '@rekey/ssh'
import { atField } from '../at-field.ts'
import type { CallerPorts } from '../caller-ports.ts'
import type { Zone } from '../inventory-port.ts'
import { findTargets, ownKey, wholeZones, type Targets, type WideScope } from '../orders.ts'
import { draftOf } from '../proposal-draft.ts'
import type { NewCampaign } from '../schemas/campaign.ts'
import { policyOf } from '../zone-policies.ts'
import { findCampaigns, type FoundCampaign, type ZoneCampaign } from './find.ts'

type CampaignRequest = Static<typeof NewCampaign>

const defaults = { waitSeconds: 300, breakerPercent: 30 } as const

/** Where a campaign takes place. */
interface CampaignZone {
  readonly zone: Zone
  readonly scope: Scope
  readonly policy: Policy
  /** Zones that begin before it. */
  readonly after: readonly string[]
  /** How much it covers there by now; undefined where that is everything, which nobody has counted. */
  readonly states?: Targets['states']
}

/** What a campaign would be in one zone. */
export type ZonePlan = CampaignZone & Targets

/**
 * The zones of a campaign in the order in which they begin, each with what it covers there.
 * @throws RekeyError `order/matches-nothing`, `input/unprocessable`, `zone/unknown`
 */
export async function planCampaign (ports: CallerPorts, { scope, burned }: CampaignRequest): Promise<ZonePlan[]> {
  const wide: WideScope = { ...scope, ...burned !== undefined && scope.all !== true && { burned: fingerprintsOf(burned) } }
  return await inSequence(ports, await findTargets(ports, wide))
}

async function inSequence<Found extends { readonly zone: Zone }> ({ inventory }: CallerPorts, found: readonly Found[]): Promise<Array<Found & Pick<CampaignZone, 'policy' | 'after'>>> {
  const zones = await Promise.all(found.map(async one => ({ ...one, policy: (await policyOf(inventory, one.zone.name)).policy })))
  return zones
    .map(one => ({ ...one, after: zones.filter(({ policy }) => policy.rank < one.policy.rank).map(({ zone }) => zone.name).sort() }))
    .sort((a, b) => a.policy.rank - b.policy.rank || (a.zone.name < b.zone.name ? -1 : 1))
}

/** Fingerprints as they are; keys by theirs. @throws RekeyError `key/unreadable`, `key/weak` */
export function fingerprintsOf (burned: readonly string[]): string[] {
  return [...new Set(burned.map((text, index) => /^(SHA256|HMAC-SHA256):/.test(text) ? text : atField(`burned[${index}]`, () => fingerprint(parsePublicKey(text)))))]
}

/** The same key again is the same campaign. */
export function campaignIdFor (ports: CallerPorts, key: string | undefined): string {
  if (key === undefined) return randomUUID()
  return createHash('sha256').update(`campaign ${ownKey(ports, key)}`).digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}

/**
 * Proposes a campaign in each of its zones. Nothing happens by it: each zone's worker asks Vault who has approved. Sent again with its key,
 * it proposes what is missing still.
 * @throws RekeyError `idempotency/mismatch`, `order/matches-nothing`, `lockdown/needs-two`, `input/unprocessable`; `audit/unwritable`, `vault/*`
 */
export async function proposeCampaign (ports: CallerPorts, body: CampaignRequest, idempotencyKey: string | undefined): Promise<FoundCampaign> {
  const id = campaignIdFor(ports, idempotencyKey)
  const { dryRun: _, expiresInSeconds: __, ...asked } = body
  const text = canonical(asked)
  const earlier = idempotencyKey === undefined ? [] : (await findCampaigns(ports)).find(one => one.id === id)?.zones ?? []
  if (earlier.some(({ proposal }) => proposal.asked !== text)) {
    throw new RekeyError('idempotency/mismatch', 'this idempotency key was used for another request: use a fresh key, or repeat the first request unchanged', { field: 'idempotency-key' })
  }
  const zones: CampaignZone[] = isWide(body) ? await inSequence(ports, await wholeZones(ports, body.scope)) : await planCampaign(ports, body)
  if (body.lockdown === true) checkLockdown(body, zones)
  const plan = zones.filter(({ zone }) => !earlier.some(({ proposal }) => proposal.zone === zone.name))
  for (const { zone, states } of plan) {
    await ports.audit.record({ act: 'campaign.propose', target: zone.name, reason: body.reason, detail: `campaign ${id}, ${states === undefined ? 'everything' : `${states.length} targets`}, ${text}` })
  }
  const created = await Promise.all(plan.map(async ({ zone, scope, after }) => await ports.inventory.createProposal({
    kind: 'campaign',
    ...draftOf(ports, zone.name, body),
    campaign: id,
    scope,
    asked: text,
    after,
    waitSeconds: body.waitSeconds ?? defaults.waitSeconds,
    breakerPercent: body.breakerPercent ?? defaults.breakerPercent,
    endsTokens: body.endsTokens ?? isWide(body),
    ...(body.endsSessions === true || body.lockdown === true) && { endsSessions: true },
    ...body.lockdown === true && { lockdown: true },
    deadline: body.deadline === undefined ? null : new Date(body.deadline).toISOString()
  })))
  const [first, ...rest]: ZoneCampaign[] = [...earlier, ...created.map(proposal => ({ proposal: proposal as Campaign, run: undefined, steerings: [] }))]
  if (first === undefined) throw new RekeyError('order/matches-nothing', 'scope: no credential matches', { field: 'scope' })
  return { id, zones: [first, ...rest] }
}

/** Where one person is enough for a campaign, a lockdown would wait for somebody whom there is not. The worker counts for itself. */
function checkLockdown ({ endsSessions }: CampaignRequest, zones: readonly CampaignZone[]): void {
  if (endsSessions === false) throw new RekeyError('input/unprocessable', 'endsSessions: a lockdown ends live logins; leave it out', { field: 'endsSessions' })
  const alone = zones.find(({ policy }) => isSingleOperator(policy))?.zone.name
  if (alone !== undefined) {
    throw new RekeyError('lockdown/needs-two', `a lockdown takes two people, and the zone ${alone} is in single-operator mode, which can't do that: a second person has to be enrolled first; without lockdown, every secret is replaced`, { zone: alone })
  }
}

/** Whoever revokes all of a zone does not trust what may act on it either. */
function isWide ({ scope: { zones: _, all: __, ...narrow }, burned }: CampaignRequest): boolean {
  return Object.keys(narrow).length === 0 && burned === undefined
}

/** Proposes that a campaign pauses, goes on or stops, in all of the caller's zones that it has. @throws RekeyError `audit/unwritable`, `vault/*` */
export async function proposeSteering (ports: CallerPorts, { id, zones }: FoundCampaign, { action, reason, expiresInSeconds }: { readonly action: CampaignAction, readonly reason: string, readonly expiresInSeconds?: number }): Promise<void> {
  for (const { proposal: { zone, lockdown } } of zones) {
    await ports.audit.record({ act: `campaign.${action}.propose`, target: zone, reason, detail: `campaign ${id}` })
    await ports.inventory.createProposal({ kind: 'steering', ...draftOf(ports, zone, { reason, ...expiresInSeconds !== undefined && { expiresInSeconds } }), campaign: id, action, ...lockdown === true && { lockdown } })
  }
}
