import type { Static } from 'typebox'
import { endpointOf, formatVia, isOpen, isSameEndpoint, parseVia, RekeyError, type Endpoint, type HostRecord, type Proposal, type Redirect } from '@rekey/domain'
import { parsePublicKey } from '@rekey/ssh'
import { checkAddress, checkNumeric } from './address.ts'
import { atField } from './at-field.ts'
import type { CallerPorts } from './caller-ports.ts'
import type { Zone } from './inventory-port.ts'
import { checkWay } from './jump-hosts.ts'
import { hostLeaves } from './leaves.ts'
import { draftOf } from './proposal-draft.ts'
import type { NewRedirect, RedirectView } from './schemas/proposal.ts'

/**
 * Proposes that a host is to be found elsewhere. Nothing changes by it: the zone's worker asks Vault who has approved.
 * @throws RekeyError `redirect/changes-nothing`, `host/left`, or naming the field; `audit/unwritable`, `vault/*`
 */
export async function proposeRedirect (ports: CallerPorts, zone: Zone, record: HostRecord, body: Static<typeof NewRedirect>): Promise<Proposal> {
  if (record.leave !== undefined) throw hostLeaves(record, 'so it is not redirected any more')
  const from = endpointOf(record)
  const to = await changed(ports, zone, record, body)
  if (isSameEndpoint(from, to)) throw new RekeyError('redirect/changes-nothing', `${zone.name}/${record.id} is there already: name an address, a port, a jump host or host keys that differ`)
  await ports.audit.record({ act: 'redirect.propose', target: `${zone.name}/${record.id}`, reason: body.reason, detail: `to ${to.address} port ${to.port}${to.via === null ? '' : ` via ${formatVia(to.via)}`}` })
  return await ports.inventory.createProposal({ kind: 'redirect', ...draftOf(ports, zone.name, body), host: record.id, after: record.redirect ?? 0, from, to })
}

async function changed (ports: CallerPorts, zone: Zone, record: HostRecord, { address, port, via, hostKeys }: Static<typeof NewRedirect>): Promise<Endpoint> {
  const now = endpointOf(record)
  const to: Endpoint = {
    address: address ?? now.address,
    port: port ?? now.port,
    via: via === undefined ? now.via : via === null ? null : parseVia(via),
    trust: hostKeys === undefined
      ? now.trust
      : { mode: 'pinned', keys: [...new Set(hostKeys.map((text, index) => atField(`hostKeys[${index}]`, () => parsePublicKey(text))))] }
  }
  if (to.via !== null) checkNumeric(to.address)
  await checkAddress(to.address, zone.dial, ports.resolve)
  if (to.via !== null) await checkWay(ports.inventory, zone.name, record.id, to.via)
  return to
}

/** What of a redirect is shown besides what every proposal says. */
export function redirectTerms ({ from, to }: Redirect): Pick<Static<typeof RedirectView>, 'kind' | 'from' | 'to'> {
  return { kind: 'redirect', from: endpointView(from), to: endpointView(to) }
}

/** What became of a redirect that has not expired. */
export function redirectStatus (redirect: Redirect, record: HostRecord | undefined, now: Date): 'open' | 'carried-out' | 'void' {
  if (record?.redirect === redirect.number) return 'carried-out'
  return record === undefined || !isOpen(redirect, record, now) ? 'void' : 'open'
}

function endpointView ({ address, port, via, trust }: Endpoint) {
  return { address, port, via: via && formatVia(via), hostKeys: trust.mode === 'pinned' ? trust.keys : [] }
}
