import { Type } from 'typebox'
import { list, nullable, Timestamp } from './fields.ts'

/** What of a campaign stands once it is proposed. */
export const campaignHead = {
  id: Type.String(),
  kind: Type.Literal('revoke-all'),
  reason: Type.String(),
  requestedBy: Type.String(),
  requestedAt: Timestamp,
  asked: Type.String({ description: 'The request, as JSON' }),
  lockdown: Type.Boolean({ description: 'Whether it strips access without a replacement' }),
  deadline: nullable(Timestamp)
}

export const exampleHead = {
  id: '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b',
  kind: 'revoke-all',
  reason: 'somebody holds our credentials',
  requestedBy: 'admin',
  requestedAt: '2026-03-01T09:30:00.000Z',
  asked: '{"kind":"revoke-all","reason":"somebody holds our credentials","scope":{"all":true}}',
  lockdown: false,
  deadline: null
}

/** The same of one of its zones. */
export const campaignZoneHead = {
  zone: Type.String(),
  proposal: Type.Integer({ minimum: 1 }),
  after: list(Type.String(), { description: 'Zones that begin before it' }),
  approvalsNeeded: Type.Integer({ minimum: 1 }),
  approveWith: Type.String({ description: 'What people run, each with a Vault login of his own' })
}

export const exampleZoneHead = { zone: 'production', proposal: 7, after: ['backup'], approvalsNeeded: 1, approveWith: 'rekey approve production/7' }
