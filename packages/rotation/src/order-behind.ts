import type { Credential, Order } from '@rekey/domain'
import { inScope } from '@rekey/domain'
import type { Facts } from './facts.ts'

/**
 * The order that a step carries out: the newest that covers the credential, that the old secret did not fulfil and that the new one does.
 * @returns nothing where none made it due, as after a recovery
 */
export function orderBehind (step: string, { name, current, candidate, retired }: Credential, { orders, labels }: Facts): Order | undefined {
  const later = candidate ?? (step === 'store' ? undefined : current)
  const earlier = later === current ? retired[0] ?? current : current
  return orders.findLast(({ number, scope }) => number > earlier.order && number <= (later?.order ?? number) && inScope(scope, name, labels))
}
