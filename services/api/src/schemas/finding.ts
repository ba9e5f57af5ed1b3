import { Type } from 'typebox'
import { findingEndings, findingKinds } from '../findings/sources.ts'
import { closed, Fingerprint, Host, list, nullable, pageOfSchema, pageQuery, Reason, Timestamp, Zone } from './fields.ts'

const Kind = Type.String({ enum: [...findingKinds], description: `one of ${findingKinds.join(', ')}` })

const exampleFinding = {
  id: '4f6b9c1d2e3a5b70',
  kind: 'shared-key',
  fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM',
  places: ['production/web-1/app/ssh-key', 'production/web-2/app/ssh-key'],
  elsewhere: false,
  since: '2026-03-01T09:30:00.000Z',
  endedBy: 'rotation',
  advice: 'Order the rotation of these places (POST /v1/orders): each gets a key of its own.',
  accepted: false,
  acceptances: []
}

export const FindingView = Type.Object({
  id: Type.String({ description: 'The same for as long as it lasts' }),
  kind: Type.String({ enum: [...findingKinds], description: 'What is wrong. Further kinds will come: pass over those that you don\'t know' }),
  fingerprint: Type.Optional(Fingerprint),
  places: list(Type.String(), { description: 'In the caller\'s zones: `zone/host/account/name`, `zone/host/account`, or `zone/host`' }),
  elsewhere: Type.Boolean({ description: 'Whether there are further places in zones that the caller does not see' }),
  since: nullable(Timestamp),
  endedBy: Type.String({ enum: [...findingEndings], description: 'What ends it. Further values will come with further kinds' }),
  detail: Type.Optional(Type.String({ description: 'What it is in this very case, for people' })),
  advice: Type.String({ description: 'How to end it, for people' }),
  accepted: Type.Boolean({ description: 'Whether it was accepted as it is now, for each zone that it touches' }),
  acceptances: list(Type.Object({ zone: Type.String(), by: Type.String(), at: Timestamp, reason: Type.String() }, closed), { description: 'By whom. One ends when the finding changes in its zone' })
}, { ...closed, description: 'A finding', examples: [exampleFinding] })

export const FindingParams = Type.Object({ zone: Zone, id: Type.String({ pattern: '^[0-9a-f]{16}$', description: 'the id of a finding', examples: ['4f6b9c1d2e3a5b70'] }) }, closed)
export const NewAcceptance = Type.Object({ reason: Reason }, { ...closed, description: 'Why', examples: [{ reason: 'our own backup server' }] })
export const FindingQuery = Type.Object({ zone: Type.Optional(Zone), host: Type.Optional(Host), kind: Type.Optional(Kind), ...pageQuery }, closed)
export const AccountCounts = Type.Object({
  managed: Type.Integer({ description: 'Accounts of which a credential is managed' }),
  unmanaged: Type.Integer({ description: 'Accounts that can log in, by the last survey of each host, and of which nothing is managed' }),
  surveyedHosts: Type.Integer({ description: 'Hosts that were surveyed; on the others nobody has looked' })
}, { ...closed, description: 'Accounts of the caller\'s zones' })
export const exampleAccounts = { managed: 38, unmanaged: 2, surveyedHosts: 20 }

const examplePage = { items: [exampleFinding], next: null, accounts: exampleAccounts }
export const FindingPage = Type.Object({ ...pageOfSchema(FindingView, exampleFinding, '').properties, accounts: AccountCounts }, { ...closed, description: 'Findings by kind', examples: [examplePage] })
