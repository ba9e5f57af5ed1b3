import type { Static } from 'typebox'
import { approvalsNeeded, countedApprovals, digestOf, endpointOf, formatVia, hasExpired, isOpen, isSameEndpoint, parseVia, RekeyError, type Approval, type Endpoint, type HostRecord, type Policy, type Proposal, type ProposalDraft } from '@rekey/domain'
import { parsePublicKey } from '@rekey/ssh'
import { checkAddress, checkNumeric } from './address.ts'
import { atField } from './at-field.ts'
import type { CallerPorts } from './caller-ports.ts'
import type { ApiPorts, Zone } from './inventory-port.ts'
import { checkWay } from './jump-hosts.ts'
import type { NewRedirect, ProposalView } from './schemas/proposal.ts'

const aDay = 24 * 3600

/**
 * Proposes that a host is to be found elsewhere. Nothing changes by it: the zone's worker asks Vault who has approved.
 * @throws RekeyError `redirect/changes-nothing`, or naming the field; `audit/unwritable`, `vault/*`
 */
export async function proposeRedirect (ports: CallerPorts, zone: Zone, record: HostRecord, body: Static<typeof NewRedirect>): Promise<Proposal> {
  const from = endpointOf(record)
  const to = await changed(ports, zone, record, body)
  if (isSameEndpoint(from, to)) throw new RekeyError('redirect/changes-nothing', `${zone.name}/${record.id} is there already: name an address, a port, a jump host or host keys that differ`)
  const now = ports.now()
  const draft: ProposalDraft = {
    kind: 'redirect',
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
  return await ports.inventory.createProposal(draft)
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

/** Shows proposals as people see them, with what others have said of each. The worker counts for itself. */
export function proposalViewer ({ inventory, now }: ApiPorts): (proposal: Proposal) => Promise<Static<typeof ProposalView>> {
  // Many are of the same few hosts, and all of few zones: each is read once.
  const records = new Map<string, Promise<HostRecord | undefined>>()
  const policies = new Map<string, Promise<Policy>>()
  return async (proposal) => {
    const { zone, host, number } = proposal
    const place = `${zone}/${host}`
    const record = records.get(place) ?? inventory.host(zone, host)
    const policy = policies.get(zone) ?? inventory.policy(zone)
    records.set(place, record)
    policies.set(zone, policy)
    const [known, rules, approvals] = await Promise.all([record, policy, inventory.approvals(zone, number)])
    return viewOf(proposal, { record: known, approvals: countedApprovals(proposal, approvals), needed: approvalsNeeded(proposal, rules), now: now() })
  }
}

interface Known {
  readonly record: HostRecord | undefined
  readonly approvals: readonly Approval[]
  readonly needed: number
  readonly now: Date
}

function viewOf (proposal: Proposal, known: Known): Static<typeof ProposalView> {
  const { kind, zone, number, host, from, to, reason, proposedBy, proposedAt, expiresAt } = proposal
  return {
    kind,
    zone,
    number,
    host,
    status: statusOf(proposal, known),
    from: endpointView(from),
    to: endpointView(to),
    reason,
    proposedBy,
    proposedAt,
    expiresAt,
    digest: digestOf(proposal),
    approvals: known.approvals.map(({ entity, by, at }) => ({ entity, by, at })),
    approvalsNeeded: known.needed,
    approveWith: `rekey approve ${zone}/${number}`
  }
}

function statusOf (proposal: Proposal, { record, approvals, needed, now }: Known): Static<typeof ProposalView>['status'] {
  if (record?.redirect === proposal.number) return 'carried-out'
  if (hasExpired(proposal, now)) return 'expired'
  if (record === undefined || !isOpen(proposal, record, now)) return 'void'
  return approvals.length >= needed ? 'approved' : 'proposed'
}

function endpointView ({ address, port, via, trust }: Endpoint) {
  return { address, port, via: via && formatVia(via), hostKeys: trust.mode === 'pinned' ? trust.keys : [] }
}
