import { Type } from 'typebox'
import { findingKinds } from '../findings.ts'
import { closed, Fingerprint, Host, list, nullable, pageOfSchema, pageQuery, Timestamp, Zone } from './fields.ts'

const Kind = Type.String({ enum: [...findingKinds], description: `one of ${findingKinds.join(', ')}` })

const FindingView = Type.Object({
  id: Type.String({ description: 'The same for as long as it lasts' }),
  kind: Type.String({ enum: [...findingKinds], description: 'What is wrong. Further kinds will come: pass over those that you don\'t know' }),
  fingerprint: Fingerprint,
  places: list(Type.String(), { description: 'In the caller\'s zones: `zone/host/account/name`, or `zone/host` of a host key' }),
  elsewhere: Type.Boolean({ description: 'Whether there are further places in zones that the caller does not see' }),
  since: nullable(Timestamp),
  endedBy: Type.String({ enum: ['rotation', 'new-host-key'], description: 'What ends it' }),
  advice: Type.String({ description: 'The same, for people' })
}, closed)

const exampleFinding = {
  id: '4f6b9c1d2e3a5b70',
  kind: 'shared-key',
  fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM',
  places: ['production/web-1/app/ssh-key', 'production/web-2/app/ssh-key'],
  elsewhere: false,
  since: '2026-03-01T09:30:00.000Z',
  endedBy: 'rotation',
  advice: 'Order the rotation of these places (POST /v1/orders): each gets a key of its own.'
}

export const FindingQuery = Type.Object({ zone: Type.Optional(Zone), host: Type.Optional(Host), kind: Type.Optional(Kind), ...pageQuery }, closed)
export const FindingPage = pageOfSchema(FindingView, exampleFinding, 'Findings by kind')
