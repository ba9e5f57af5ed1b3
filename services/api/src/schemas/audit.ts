import { Type } from 'typebox'
import { closed, nullable, pageOfSchema, pageQuery, Timestamp, Zone } from './fields.ts'

/** UTC, of which every value is a time. */
const Time = (what: string) => Type.String({ pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,3})?Z$', maxLength: 24, description: `${what}: ISO 8601, UTC`, examples: ['2026-03-01T09:30:00.000Z'] })
const Text = (what: string, example: string, maxLength = 300) => Type.String({ minLength: 1, maxLength, description: what, examples: [example] })

export const AuditQuery = Type.Object({
  zone: Type.Optional(Zone),
  actor: Type.Optional(Text('Who asked for it over the API', 'ci-deploy/0123456789abcdef', 200)),
  act: Type.Optional(Text('What was done', 'order.create', 64)),
  target: Type.Optional(Text('To what: it, and what lies below it', 'production/web-1')),
  requestId: Type.Optional(Text('`x-request-id` of the request that asked for it', 'c7f5d8f2-51c5-4c4d-9d4f-6a3b1f0f9f5e', 64)),
  since: Type.Optional(Time('From then on')),
  until: Type.Optional(Time('Up to then')),
  ...pageQuery
}, closed)

const AuditEntryView = Type.Object({
  zone: nullable(Type.String({ description: 'Null: of no zone, such as a token' })),
  journal: Type.String({ description: 'Where it stands: a process\'s journal, as `rekey audit verify` names it' }),
  n: Type.Integer({ description: 'With the number' }),
  at: Timestamp,
  service: Type.String({ description: 'Which process: `api`, `worker-<zone>`' }),
  act: Type.String({ description: 'What. Further ones will come' }),
  target: Type.String({ description: '`zone`, `zone/host`, `zone/host/account/name`, or the id of a token' }),
  actor: nullable(Type.String({ description: 'Who asked for it over the API' })),
  source: nullable(Type.String({ description: 'The address that the request came from' })),
  reason: nullable(Type.String()),
  detail: nullable(Type.String()),
  epoch: nullable(Type.Integer({ description: 'Of the secret' })),
  fingerprint: nullable(Type.String({ description: 'Of the secret; of a password, keyed in Vault' })),
  outcome: nullable(Type.String({ description: 'How it ended: `done`, `refused`, `failed`, `stopped`. Null: it was about to be done' })),
  requestId: nullable(Type.String())
}, closed)

const exampleEntry = {
  zone: 'production',
  journal: 'api-5d1a0c9e7b42',
  n: 812,
  at: '2026-03-01T09:30:00.000Z',
  service: 'api',
  act: 'order.create',
  target: 'production',
  actor: 'ci-deploy/0123456789abcdef',
  source: '10.20.0.9',
  reason: 'a laptop was stolen',
  detail: '3 targets, scope {"hosts":["web-1"]}',
  epoch: null,
  fingerprint: null,
  outcome: null,
  requestId: 'c7f5d8f2-51c5-4c4d-9d4f-6a3b1f0f9f5e'
}

export const AuditPage = pageOfSchema(AuditEntryView, exampleEntry, 'What was recorded, the newest first')
