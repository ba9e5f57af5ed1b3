import { Type } from 'typebox'
import { longestProposalSeconds } from '@rekey/domain'
import { closed, Fingerprint, Host, list, nullable, pageOfSchema, pageQuery, Reason, Timestamp, Zone } from './fields.ts'
import { Address, exampleHostKey, HostKey, Port, Via } from './host.ts'

const ExpiresInSeconds = Type.Optional(Type.Integer({ minimum: 60, maximum: longestProposalSeconds, description: `until when it can be approved, from 60 to ${longestProposalSeconds} seconds; a day when it is left out` }))

export const NewRedirect = Type.Object({
  address: Type.Optional(Address),
  port: Type.Optional(Port),
  via: Type.Optional(nullable(Via)),
  hostKeys: Type.Optional(Type.Array(HostKey, { minItems: 1, maxItems: 16, description: '1 to 16 host keys, in place of all that are pinned' })),
  reason: Reason,
  expiresInSeconds: ExpiresInSeconds
}, {
  ...closed,
  description: 'What is to change, and why; the rest stays. `via: null` ends the way through a jump host.',
  examples: [
    { address: '10.20.0.9', reason: 'moved to the new rack' },
    { hostKeys: [exampleHostKey], reason: 'reinstalled on purpose, key read at the console' }
  ]
})

const EndpointView = Type.Object({
  address: Type.String(),
  port: Type.Integer(),
  via: nullable(Type.String()),
  hostKeys: list(Type.String(), { description: 'Pinned, `type base64`; empty: those that were shown first stay' })
}, closed)

export const NewLeave = Type.Object({
  reason: Reason,
  signOff: Type.Optional(Type.Boolean({ description: 'true signs off the secrets that are not proven dead now (`unproven`), because the host is gone for good; they are listed in the proposal. Left out, they have to be proven first' })),
  expiresInSeconds: ExpiresInSeconds
}, {
  ...closed,
  description: 'Why it leaves',
  examples: [{ reason: 'decommissioned' }, { reason: 'its disks burned', signOff: true }]
})

const statuses = ['proposed', 'approved', 'carried-out', 'void', 'expired'] as const

const proposed = {
  zone: Type.String(),
  number: Type.Integer({ minimum: 1 }),
  host: Type.String(),
  status: Type.Enum([...statuses], { description: '`approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between' }),
  reason: Type.String(),
  proposedBy: Type.String(),
  proposedAt: Timestamp,
  expiresAt: Timestamp,
  digest: Type.String({ description: 'Hex SHA-256 of all that is shown to whoever approves' }),
  approvals: list(Type.Object({ entity: Type.String({ description: 'The Vault entity that approved' }), by: Type.String(), at: Timestamp }, closed)),
  approvalsNeeded: Type.Integer({ minimum: 1 }),
  approveWith: Type.String({ description: 'What a person runs, with a Vault login of his own' })
}

const exampleProposal = {
  zone: 'production',
  number: 7,
  host: 'web-1',
  status: 'proposed',
  reason: 'moved to the new rack',
  proposedBy: 'admin',
  proposedAt: '2026-03-01T09:30:00.000Z',
  expiresAt: '2026-03-02T09:30:00.000Z',
  digest: '3f1c5c5b4b0f3f2a6f2d3c7c1d2e8a9b0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f',
  approvals: [],
  approvalsNeeded: 1,
  approveWith: 'rekey approve production/7'
}

const exampleRedirect = {
  kind: 'redirect',
  ...exampleProposal,
  from: { address: '10.20.0.7', port: 22, via: null, hostKeys: [exampleHostKey] },
  to: { address: '10.20.0.9', port: 22, via: null, hostKeys: [exampleHostKey] }
}

const exampleLeave = { kind: 'leave', ...exampleProposal, reason: 'decommissioned', credential: null, signOff: [], unproven: [], neededBy: [] }

export const RedirectView = Type.Object({
  kind: Type.Literal('redirect'),
  ...proposed,
  from: EndpointView,
  to: EndpointView
}, { ...closed, description: 'A proposal that a host is to be found elsewhere, or by other keys', examples: [exampleRedirect] })

export const LeaveView = Type.Object({
  kind: Type.Literal('leave'),
  ...proposed,
  credential: nullable(Type.String({ description: '`account/name` of the credential that leaves; null: the host with all of them' })),
  signOff: list(Fingerprint, { description: 'Secrets that need not be proven dead any more' }),
  unproven: list(Fingerprint, { description: 'Those that are not proven dead now, signed off or not: with one that is not signed off, it does not leave' }),
  neededBy: list(Type.String(), { description: 'What stays and is reached, changed or recovered through it: `zone/host` or `zone/host/account/name`. It has to leave first' })
}, { ...closed, description: 'A proposal that a host or a credential leaves', examples: [exampleLeave] })

export const ProposalView = Type.Union([RedirectView, LeaveView], { description: 'A proposal, by its `kind`. Further kinds will come', examples: [exampleRedirect, exampleLeave] })

export const ProposalParams = Type.Object({
  zone: Zone,
  number: Type.String({ pattern: '^[1-9][0-9]{0,14}$', description: 'the number of a proposal', examples: ['7'] })
}, closed)
export const ProposalQuery = Type.Object({ zone: Type.Optional(Zone), host: Type.Optional(Host), ...pageQuery }, closed)
export const ProposalPage = pageOfSchema(ProposalView, exampleRedirect, 'Proposals by zone, the newest first')
