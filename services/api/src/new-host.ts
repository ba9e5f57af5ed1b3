import type { Static } from 'typebox'
import { RekeyError, formatVia, legacyAlgorithms, parseThrough, parseVia, type HostRecord, type HostTrust } from '@rekey/domain'
import { parsePublicKey } from '@rekey/ssh'
import { checkAddress, checkNumeric } from './address.ts'
import { atField } from './at-field.ts'
import type { CallerPorts } from './caller-ports.ts'
import { checkWay } from './jump-hosts.ts'
import { hostLeaves } from './leaves.ts'
import type { NewHost } from './schemas/host.ts'
import { findZone } from './zones.ts'

/**
 * Everything that adding a host asks before it does anything.
 * @returns the record that would be created
 * @throws RekeyError naming the field, `vault/*`
 */
export async function checkNewHost (ports: CallerPorts, body: Static<typeof NewHost>): Promise<HostRecord> {
  const { zone: zoneName, id, address, port = 22, labels = {}, observe = false } = body
  const zone = findZone(ports.zones, zoneName)
  const trust = trustOf(body)
  const via = body.via === undefined ? undefined : parseVia(body.via)
  if (via !== undefined) checkNumeric(address)
  await checkAddress(address, zone.dial, ports.resolve)
  const known = await ports.inventory.host(zoneName, id)
  if (known?.leave !== undefined) throw hostLeaves(known, 'and an id is never used again')
  if (known !== undefined) {
    throw new RekeyError('host/exists', `id: ${zoneName}/${id} exists already; an id is never used again, so choose another`, { field: 'id' })
  }
  if (via !== undefined) await checkWay(ports.inventory, zoneName, id, via)
  const recovery = body.recovery === undefined ? {} : { recovery: parseThrough(body.recovery, 'recovery') }
  // In one order, so that two records that mean the same are the same.
  const legacy = body.legacyAlgorithms && { legacyAlgorithms: legacyAlgorithms.filter(name => body.legacyAlgorithms?.includes(name)) }
  return { zone: zoneName, id, address, port, ...(via === undefined ? {} : { via }), ...recovery, ...legacy, trust, labels, observe, createdAt: ports.now().toISOString() }
}

/** @throws RekeyError naming the field, `audit/unwritable`, `vault/*` */
export async function addHost (ports: CallerPorts, body: Static<typeof NewHost>): Promise<HostRecord> {
  const record = await checkNewHost(ports, body)
  const { zone, id, address, port, via, trust, observe, legacyAlgorithms: legacy } = record
  await ports.audit.record({ act: 'host.create', target: `${zone}/${id}`, detail: `${address} port ${port}${via === undefined ? '' : ` via ${formatVia(via)}`}, trust ${trust.mode}${observe ? ', observed' : ''}${legacy === undefined ? '' : `, legacy algorithms ${legacy.join(', ')}`}` })
  await ports.inventory.createHost(record)
  return record
}

/** @throws RekeyError `input/unprocessable` unless exactly one way to trust is named */
function trustOf (body: Static<typeof NewHost>): HostTrust {
  if ((body.hostKeys === undefined) === (body.trustOnFirstUse !== true)) {
    throw new RekeyError('input/unprocessable', 'hostKeys: give exactly one of hostKeys (the pinned keys, best) and `trustOnFirstUse: true`', { field: 'hostKeys' })
  }
  if (body.hostKeys === undefined) return { mode: 'first-use' }
  const keys = body.hostKeys.map((text, index) => atField(`hostKeys[${index}]`, () => parsePublicKey(text)))
  return { mode: 'pinned', keys: [...new Set(keys)] }
}
