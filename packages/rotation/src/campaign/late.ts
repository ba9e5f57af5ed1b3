import type { Campaign, CampaignRun, Order, Policy } from '@rekey/domain'
import { outlineOf } from '../facts.ts'
import type { Journal } from '../ports.ts'
import { sequenceOf } from './lead.ts'
import type { SeenHost } from './look.ts'

/**
 * Whether a campaign's deadline has passed while something that it covers in the zone is not proven.
 * @param seen says where to look again: another worker may have been there since
 */
export async function isLate ({ deadline }: Campaign, run: CampaignRun, { seen, orders, policy, journal, now }: {
  readonly seen: readonly SeenHost[]
  readonly orders: readonly Order[]
  readonly policy: Policy
  readonly journal: Pick<Journal, 'credentials'>
  readonly now: Date
}): Promise<boolean> {
  const order = orders.find(({ number }) => number === run.order)
  if (deadline === null || order === undefined || run.state === 'stopped' || Date.parse(deadline) > now.getTime()) return false
  const isOpen = (host: SeenHost): boolean => sequenceOf(run, order, { seen: [host], look: { policy } }).some(({ outcome }) => outcome !== 'proven')
  for (const host of seen.filter(isOpen)) {
    const [first] = host.outlines
    if (first === undefined) continue
    const stored = await journal.credentials(first.name.host)
    if (isOpen({ ...host, outlines: stored.map(({ value }) => outlineOf(value)) })) return true
  }
  return false
}
