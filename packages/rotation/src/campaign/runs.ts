import type { CampaignRun, Order } from '@rekey/domain'
import type { Journal } from '../ports.ts'

/** The campaigns that carry out some of these orders. Where there is none, nothing is asked. */
export async function campaignsBehind (orders: readonly Order[], journal: Journal): Promise<CampaignRun[]> {
  if (orders.every(({ proposal }) => proposal === undefined)) return []
  const runs = await journal.campaigns()
  return runs.map(({ value }) => value).filter((run) => orders.some((order) => order.number === run.order && order.campaign === run.campaign && order.proposal === run.proposal))
}
