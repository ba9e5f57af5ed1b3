import type { Static } from 'typebox'
import { countedApprovals, digestOf, endpointOf, formatVia, isOpen, isSameEndpoint, parseVia, RekeyError, type Endpoint, type HostRecord, type Redirect } from '@rekey/domain'
import { parsePublicKey } from '@rekey/ssh'
import { checkAddress, checkNumeric } from './address.ts'
import { atField } from './at-field.ts'
import type { CallerPorts } from './caller-ports.ts'
import type { ApiPorts, Zone } from './inventory-port.ts'
import { checkWay } from './jump-hosts.ts'
import type { NewRedirect, RedirectView } from './schemas/redirect.ts'

const aDay = 24 * 3600

/**
 * Proposes that a host is to be found elsewhere. Nothing changes by it: the zone's worker asks Vault who has approved.
 * @throws RekeyError `redirect/changes-nothing`, or naming the field; `audit/unwritable`, `vault/*`
 */
export async function proposeRedirect (ports: CallerPorts, zone: Zone, record: HostRecord, body: Static<typeof NewRedirect>): Promise<Redirect> {
  const from = endpointOf(record)
  const to = await changed(ports, zone, record, body)
  if (isSameEndpoint(from, to)) throw new RekeyError('redirect/changes-nothing', `${zone.name}/${record.id} is there already: name an address, a port, a jump host or host keys that differ`)
  const now = ports.now()
  const draft = {
    zone: zone.name,
    host: record.id,
    after: record.redirect ?? 0,
    from,
    to,
    reason: body.reason,
    proposedBy: ports.actor,
    expiresAt: new Date(now.getTime() + (body.expiresInSeconds ?? aDay) * 1000).toISOString()
  }
  await ports.audit.record({ act: 'redirect.propose', target: `${zone.name}/${record.id}`, reason: body.reason, detail: `to ${to.address} port ${to.port}${to.via === null ? '' : ` via ${formatVia(to.via)}`}` })
  return await ports.inventory.createRedirect(draft)
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

/** A redirect as people see it, with what others have said of it. For show: the worker counts for itself. */
export async function redirectView ({ inventory, now }: ApiPorts, redirect: Redirect): Promise<Static<typeof RedirectView>> {
  const { zone, number, host, from, to, reason, proposedBy, proposedAt, expiresAt } = redirect
  const [record, all, { redirectApprovals }] = await Promise.all([inventory.host(zone, host), inventory.approvals(zone, number), inventory.policy(zone)])
  const approvals = countedApprovals(redirect, all)
  return {
    zone,
    number,
    host,
    status: statusOf(),
    from: endpointView(from),
    to: endpointView(to),
    reason,
    proposedBy,
    proposedAt,
    expiresAt,
    digest: digestOf(redirect),
    approvals: approvals.map(({ entity, by, at }) => ({ entity, by, at })),
    approvalsNeeded: redirectApprovals,
    approveWith: `rekey approve ${zone}/${number}`
  }

  function statusOf (): Static<typeof RedirectView>['status'] {
    if (record?.redirect === number) return 'carried-out'
    if (Date.parse(expiresAt) < now().getTime()) return 'expired'
    if (record === undefined || !isOpen(redirect, record, now())) return 'void'
    return approvals.length >= redirectApprovals ? 'approved' : 'proposed'
  }
}

function endpointView ({ address, port, via, trust }: Endpoint) {
  return { address, port, via: via && formatVia(via), hostKeys: trust.mode === 'pinned' ? trust.keys : [] }
}
