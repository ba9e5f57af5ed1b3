import type { CredentialState, Order } from '@rekey/domain'
import type { UnseenState } from '../credential-views.ts'
import type { Inventory } from '../inventory-port.ts'
import { progressOf } from '../order-progress.ts'
import { asAsked, targetsIn } from '../orders.ts'
import { shownTarget } from '../schemas/order.ts'
import { seenOf, type Picture } from './picture.ts'
import { reread } from './reread.ts'

/** An order, by a look at everything. @throws RekeyError `vault/*` */
export async function orderPicture (inventory: Inventory, order: Order): Promise<Picture> {
  const { zone, scope, number } = order
  return pictureOf(inventory, order, await targetsIn({ inventory }, zone, scope, number))
}

function pictureOf (inventory: Inventory, order: Order, states: ReadonlyArray<CredentialState | UnseenState>): Picture {
  const { targets: found, counts, done } = progressOf(order, states)
  const targets = found.map(shownTarget)
  return {
    targets,
    done,
    whole: { event: 'order', data: { ...asAsked(order), counts, done, targets } },
    besides: { counts, done },
    last: { counts },
    seen: seenOf([order.zone, order.number], targets),
    next: async () => {
      const fresh = await reread(inventory, states, found)
      return fresh === undefined ? await orderPicture(inventory, order) : pictureOf(inventory, order, fresh)
    }
  }
}
