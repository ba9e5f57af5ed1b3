import type { Credential, Order } from '@rekey/domain'
import { covers } from '@rekey/domain'
import type { Facts } from './facts.ts'
import { subjectOf } from './facts.ts'

/**
 * The order that a step carries out: the newest that covers the credential, that the old secret did not fulfil and that the new one does.
 * @returns nothing where none made it due, as after a recovery
 */
export function orderBehind (step: string, credential: Credential, { orders, labels }: Facts): Order | undefined {
  const { current, candidate, retired } = credential
  const later = candidate ?? (step === 'store' || credential.lock !== null || step === 'lock' ? undefined : current)
  const earlier = later === current ? retired[0] ?? current : current
  return orders.findLast(({ number, scope }) => number > earlier.order && number <= (later?.order ?? number) && covers(scope, subjectOf(credential), labels))
}
