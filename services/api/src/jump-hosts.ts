import { RekeyError, formatVia, mostJumps, type Via } from '@rekey/domain'
import type { Inventory } from './inventory-port.ts'
import { credentialLeaves, hostLeaves } from './leaves.ts'

/**
 * Follows the way to a host from one jump host to the next. A redirect may bend it later, so the worker looks again, at what
 * it has bound.
 * @throws RekeyError `host/unknown`, `host/left`, `credential/left` or `input/unprocessable`, naming the field `via`
 */
export async function checkWay (inventory: Pick<Inventory, 'host' | 'state'>, zone: string, id: string, via: Via): Promise<void> {
  const passed = [id]
  for (let next: Via | undefined = via; next !== undefined;) {
    const { host }: Via = next
    if (passed.includes(host)) throw new RekeyError('input/unprocessable', 'via: leads back to where it comes from; name another host', { field: 'via' })
    if (passed.length > mostJumps) throw new RekeyError('input/unprocessable', `via: more than ${mostJumps} jump hosts in a row; name one that is nearer`, { field: 'via' })
    const record = await inventory.host(zone, host)
    if (record === undefined) throw new RekeyError('host/unknown', `via: ${zone} has no host ${host}; a jump host is of the same zone, and is added first`, { field: 'via' })
    if (record.leave !== undefined) throw hostLeaves(record, 'so nobody new is reached through it', 'via')
    const state = await inventory.state({ zone, ...next })
    if (state !== undefined && state.leaving !== null) throw credentialLeaves(state, `${zone}/${formatVia(next)}`, 'so nobody new is reached through it', 'via')
    passed.push(host)
    next = record.via
  }
}
