import { isSingleOperator, policyAmong, type Policy } from '@rekey/domain'
import type { Inventory } from './inventory-port.ts'

/** A zone's policy as its worker counts by it: where one person is to be enough, all that people have ever approved of there is looked at. */
export async function policyInForce (inventory: Inventory, zone: string): Promise<Policy> {
  const policy = await inventory.policy(zone)
  if (!isSingleOperator(policy)) return policy
  const words = await Promise.all((await inventory.proposals(zone)).map(async ({ number }) => await inventory.approvals(zone, number)))
  return policyAmong(policy, words.flat())
}
