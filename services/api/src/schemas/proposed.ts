import { Type } from 'typebox'
import { longestProposalSeconds } from '@rekey/domain'
import { closed, list, Timestamp } from './fields.ts'

export const ExpiresInSeconds = Type.Optional(Type.Integer({ minimum: 60, maximum: longestProposalSeconds, description: `until when it can be approved, from 60 to ${longestProposalSeconds} seconds; a day when it is left out` }))

const statuses = ['proposed', 'approved', 'carried-out', 'void', 'expired'] as const

/** What is shown of every proposal. */
export const proposed = {
  zone: Type.String(),
  number: Type.Integer({ minimum: 1 }),
  status: Type.Enum([...statuses], { description: '`approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between' }),
  reason: Type.String(),
  proposedBy: Type.String(),
  proposedAt: Timestamp,
  expiresAt: Timestamp,
  digest: Type.String({ description: 'Hex SHA-256 of all that is shown to whoever approves' }),
  approvals: list(Type.Object({ entity: Type.String({ description: 'The Vault entity that approved' }), by: Type.String(), at: Timestamp, breakGlass: Type.Optional(Type.String({ description: 'Why this person alone is to be enough. Of campaigns only' })) }, closed)),
  approvalsNeeded: Type.Integer({ minimum: 1 }),
  approveWith: Type.String({ description: 'What a person runs, with a Vault login of his own' })
}

export const exampleProposal = {
  zone: 'production',
  number: 7,
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
