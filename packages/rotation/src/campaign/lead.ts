import type { Campaign, CampaignRun, Lockdown, Order, Proposal } from '@rekey/domain'
import { covers, formatVia, hasLeft, isLockedBy, noHosts, placeInSequence } from '@rekey/domain'
import type { Outline } from '../facts.ts'
import { subjectOf } from '../facts.ts'
import { isObserved } from '../observe.ts'
import type { Journal, Versioned } from '../ports.ts'
import type { Look, SeenHost } from './look.ts'
import { isPlaced, placeOrder, startCampaign, unlessBeaten } from './start.ts'
import { steer, waitingSteering } from './steer.ts'
import { nextWave } from './waves.ts'
import type { HostInSequence, HostOutcome } from './waves.ts'

/**
 * Leads the zone's campaigns: starts what people have approved, heeds what they say of it, and lets wave after wave begin. All of it stands in
 * Vault, so any worker goes on where another one has stopped. Nothing is asked of hosts here: visits find what is due by the orders.
 */
export async function lookAtCampaigns (hosts: Iterable<SeenHost>, ports: Look['ports'], now: Date): Promise<void> {
  const { journal } = ports
  const proposals = await journal.proposals()
  const campaigns = proposals.filter((proposal): proposal is Campaign => proposal.kind === 'campaign')
  if (campaigns.length === 0) return
  const [orders, policy, runs] = await Promise.all([journal.orders(), journal.policy(), journal.campaigns()])
  const look: Look = { ports, journal, orders, policy, now }
  const seen = [...hosts]
  const started: Campaign[] = []
  for (const campaign of campaigns) {
    const stored = runs.find(({ value }) => value.campaign === campaign.campaign)
    await unlessBeaten(async () => {
      if (stored === undefined) {
        if (await startCampaign(campaign, look)) started.push(campaign)
      } else if (stored.value.proposal === campaign.number) await lead(campaign, stored, { seen, proposals, look })
    })
  }
  // The first wave need not wait for the next look.
  if (started.length > 0) await lookAtCampaigns(seen, ports, now)
}

async function lead (campaign: Campaign, stored: Versioned<CampaignRun>, { seen, proposals, look }: { seen: readonly SeenHost[], proposals: readonly Proposal[], look: Look }): Promise<void> {
  const { journal, orders, now } = look
  const { value: run, version } = stored
  const order = orders.find(({ number }) => number === run.order)
  if (order === undefined || !isPlaced(campaign, run, orders)) {
    await placeOrder(campaign, stored, look)
    return
  }
  const said = await waitingSteering(run, proposals, look)
  if (said !== undefined) {
    await journal.saveCampaign(await steer(run, said, look), version)
    return
  }
  const isTurn = run.through !== noHosts || await turnHasCome(campaign, run, look)
  const wave = nextWave(run, sequenceOf(run, order, { seen, look }), { breakerPercent: campaign.breakerPercent, isTurn, now })
  if (wave === undefined) return
  const { log } = look.ports
  if (wave.breaker === null) log.info({ event: 'campaign-wave', campaign: run.campaign, through: wave.through }, 'the next wave of a campaign begins')
  else log.error({ event: 'alarm', alarm: 'campaign-breaker', campaign: run.campaign }, wave.breaker.reason)
  await journal.saveCampaign({ ...run, ...wave, ...run.lockdown !== undefined && { lockdown: await lockdownNow(journal) } }, version)
}

/** Whom a lockdown must not lock, as the hosts' records say now: who is reached through it would be out of reach. */
async function lockdownNow (journal: Journal): Promise<Lockdown> {
  const records = await journal.hostRecords()
  return { passed: [...new Set(records.flatMap(({ via, leftAt }) => via === undefined || leftAt !== undefined ? [] : [formatVia(via)]))].sort() }
}

/** The API sees all zones and tells when those before are through; one that is gone, or lies, only costs the time that was approved. */
async function turnHasCome ({ after, waitSeconds }: Campaign, { campaign, startedAt }: CampaignRun, { journal, now }: Look): Promise<boolean> {
  return after.length === 0 || now.getTime() - Date.parse(startedAt) >= waitSeconds * 1000 || await journal.isTurn(campaign)
}

/** The hosts of a campaign, and what became of it there. */
export function sequenceOf (run: CampaignRun, order: Order, { seen, look: { policy } }: { seen: readonly SeenHost[], look: Pick<Look, 'policy'> }): HostInSequence[] {
  return seen.flatMap(({ record, outlines, observation }) => {
    const labels = record?.labels ?? {}
    const covered = outlines.filter((outline) => !hasLeft(outline) && (outline.leaving === null || outline.leaving.order >= run.order) &&
      !isObserved(outline, { ...observation, policy }) && covers(order.scope, subjectOf(outline), labels))
    const [first] = covered
    return first === undefined ? [] : [{ place: placeInSequence(run.campaign, first.name.host, labels), outcome: outcomeOf(run, covered) }]
  })
}

function outcomeOf (run: CampaignRun, covered: readonly Outline[]): HostOutcome {
  const since = (at: string): boolean => Date.parse(at) >= Date.parse(run.startedAt)
  const open = covered.filter((outline) => !isProven(run, outline))
  if (open.length === 0) return 'proven'
  // What stood in the way before the campaign began says nothing of it.
  const stops = open.map(({ hold, lastFailure }) => hold !== null && since(hold.since) ? 'failed' : hold !== null ? 'away' : lastFailure === null ? 'pending' : isOwn(lastFailure) ? 'failed' : 'away')
  return stops.includes('pending') ? 'pending' : stops.includes('failed') ? 'failed' : 'away'

  function isOwn ({ at, class: found }: NonNullable<Outline['lastFailure']>): boolean {
    return since(at) && found !== 'unreachable'
  }
}

function isProven ({ order }: CampaignRun, outline: Outline): boolean {
  const { current, candidate, retired } = outline
  return isLockedBy(order, outline) || (current.order >= order && candidate === null && retired.every((secret) => secret.order >= order))
}
