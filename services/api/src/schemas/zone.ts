import { Type } from 'typebox'
import { defaultPolicy, guardedFields } from '@rekey/domain'
import { closed, list, nullable, pageOfSchema, pageQuery, Timestamp } from './fields.ts'

const ZonePolicy = Type.Object({
  observe: Type.Boolean({ description: 'Whether the whole zone is observed: nothing in it is changed, whatever is ordered' }),
  graceSeconds: Type.Integer({ description: 'How long a replaced key stays open after its successor was proven' }),
  historyLength: Type.Integer({ description: 'Secrets proven dead that are kept for a host restored from a snapshot' }),
  passwordLength: Type.Integer({ description: 'Of new passwords, in characters' }),
  passwordSymbols: Type.String({ description: 'What new passwords have besides letters and digits' }),
  redirectApprovals: Type.Integer({ description: 'How many people must approve a redirect' }),
  grantApprovals: Type.Integer({ description: 'How many people must approve that jobs of a CI may lease credentials' }),
  leaveApprovals: Type.Integer({ description: 'How many people must approve that a host or a credential leaves' }),
  longestAgeSeconds: nullable(Type.Integer({ description: 'The age at which a secret is replaced, whatever a policy says. Null: at none' })),
  overdueAfterSeconds: Type.Integer({ description: 'How long a secret may stay once it is due, before that is an alarm' }),
  scheduledConcurrency: Type.Integer({ description: 'Hosts visited at the same time for the sake of schedules and ages' }),
  scheduledPerMinute: Type.Integer({ description: 'Hosts whose visits begin for that in a minute' }),
  surveyEverySeconds: nullable(Type.Integer({ description: 'How often each host is surveyed; null: only when somebody asks' })),
  campaignApprovals: Type.Integer({ description: 'How many people must approve that a campaign starts, pauses, goes on or stops; 1 is single-operator mode, and shown as 2 once that has ended' }),
  rank: Type.Integer({ description: 'Of campaigns over several zones, those with a lower one begin first' })
}, { ...closed, description: 'What is in force: as its people have written it into Vault, but for what waits for their approval. Null where what they wrote is malformed: nothing is changed in the zone until they mend it' })

export const PolicyWaits = Type.Object({
  version: Type.Integer({ description: 'Of `policies/default` in Vault; 0: nothing is written there, and the defaults would be weaker' }),
  writtenAt: nullable(Timestamp),
  expiresAt: nullable(Type.String({ format: 'date-time', description: 'It can be approved until then, and has to be written anew afterwards. Null: there is nothing to approve before something is written' })),
  digest: Type.String({ description: 'Hex SHA-256 of what people approve of' }),
  changes: list(Type.Object({
    field: Type.Enum(guardedFields),
    inForce: nullable(Type.Integer({ description: 'What holds until then' })),
    written: nullable(Type.Integer())
  }, closed)),
  approvals: list(Type.Object({ entity: Type.String({ description: 'The Vault entity that approved' }), by: Type.String(), at: Timestamp }, closed)),
  approvalsNeeded: Type.Integer({ minimum: 2 }),
  approveWith: Type.String({ description: 'What a person runs, with a Vault login of his own' })
}, { ...closed, description: 'What of the written policy would weaken what is in force, and does not hold before people have approved of it. Null: nothing' })

export const ZoneView = Type.Object({
  name: Type.String(),
  allowedNetworks: list(Type.String(), { description: 'Where its hosts may be, as CIDR. Its worker has a list of its own and goes by that' }),
  policy: nullable(ZonePolicy),
  policyWaits: nullable(PolicyWaits),
  singleOperator: Type.Boolean({ description: 'Whether one person alone starts and steers campaigns: `campaignApprovals` is 1, and no second person has ever approved of anything here' })
}, closed)

const exampleZone = {
  name: 'production',
  allowedNetworks: ['10.20.0.0/16'],
  policy: { ...defaultPolicy, redirectApprovals: 2, longestAgeSeconds: 7_776_000 },
  policyWaits: {
    version: 3,
    writtenAt: '2026-03-01T09:30:00.000Z',
    expiresAt: '2026-03-08T09:30:00.000Z',
    digest: '3f1c5c5b4b0f3f2a6f2d3c7c1d2e8a9b0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f',
    changes: [{ field: 'redirectApprovals', inForce: 2, written: 1 }, { field: 'longestAgeSeconds', inForce: 7_776_000, written: null }],
    approvals: [{ entity: '5f2c1f8e-2f0b-9c0a-6f51-7d6f5c1f8a11', by: 'userpass-ada', at: '2026-03-01T09:31:00.000Z' }],
    approvalsNeeded: 2,
    approveWith: 'rekey approve production/policy'
  },
  singleOperator: false
}

export const ZoneQuery = Type.Object(pageQuery, closed)
export const ZonePage = pageOfSchema(ZoneView, exampleZone, 'Zones by name')
