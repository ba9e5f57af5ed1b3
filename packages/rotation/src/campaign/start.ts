import { isDeepStrictEqual } from 'node:util'
import type { Campaign, CampaignRun, Order } from '@rekey/domain'
import { endsInTime, hasExpired, isRekeyError, noHosts } from '@rekey/domain'
import type { Versioned } from '../ports.ts'
import { approvalsThatCount, approversOf, grantedBy } from '../proposal.ts'
import { tellAlone } from './alone.ts'
import { announce } from './announce.ts'
import type { Look } from './look.ts'

/**
 * Starts a campaign that people have approved: notes which order number it takes, and places the order. Whichever worker comes in
 * between, or comes back, follows the note. The number is taken now and not when it was proposed: every secret that was made until
 * then has a lower one.
 * @returns whether it has started
 */
export async function startCampaign (campaign: Campaign, look: Look): Promise<boolean> {
  if (!endsInTime(campaign) || hasExpired(campaign, look.now)) return false
  const approvals = await approvalsThatCount(campaign, look)
  const found = await grantedBy(campaign, approvals, look)
  if (found === undefined) {
    tellAlone(campaign, approvals, look)
    return false
  }
  await announce(found, { act: 'campaign', done: 'started' }, look.ports)
  const run: CampaignRun = {
    campaign: campaign.campaign,
    proposal: campaign.number,
    order: nextNumber(look.orders),
    startedAt: look.now.toISOString(),
    approvedBy: approversOf(found),
    breakGlass: found.breakGlass ?? null,
    endsTokens: campaign.endsTokens,
    ...campaign.endsSessions === true && { endsSessions: true },
    ...campaign.lockdown === true && { lockdown: { passed: [] } },
    state: 'running',
    steering: 0,
    through: noHosts,
    waveAt: look.now.toISOString(),
    breaker: null,
    isBreakerOff: false
  }
  await placeOrder(campaign, { value: run, version: await look.ports.journal.saveCampaign(run, 0) }, look)
  return true
}

/** The order of a campaign that was noted: places it under the first number that nobody else takes before. */
export async function placeOrder (campaign: Campaign, { value: run, version }: Versioned<CampaignRun>, { ports: { journal, log } }: Look): Promise<void> {
  for (;;) {
    const order = orderOf(campaign, run)
    if (await journal.createOrder(order)) {
      log.warn({ event: 'campaign-started', campaign: run.campaign, order: run.order }, 'a campaign revokes what its order covers')
      return
    }
    const orders = await journal.orders()
    if (orders.some((one) => isDeepStrictEqual(one, order))) return
    run = { ...run, order: Math.max(run.order + 1, nextNumber(orders)) }
    version = await journal.saveCampaign(run, version)
  }
}

/** Whether the order that a run names is there. */
export function isPlaced (campaign: Campaign, run: CampaignRun, orders: readonly Order[]): boolean {
  return orders.some((order) => order.number === run.order && isDeepStrictEqual(order, orderOf(campaign, run)))
}

function orderOf ({ zone, number: proposal, campaign, scope, reason, proposedBy, proposedAt }: Campaign, { order: number }: CampaignRun): Order {
  return { zone, number, campaign, scope, proposal, reason, requestedBy: proposedBy, requestedAt: proposedAt }
}

function nextNumber (orders: readonly Order[]): number {
  return (orders.at(-1)?.number ?? 0) + 1
}

/** Another worker was faster: the next look sees what it has done. */
export async function unlessBeaten (work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isRekeyError(error, 'vault/conflict')) throw error
  }
}
