import { Type } from 'typebox'
import { defaultPolicy } from '@rekey/domain'
import { closed, list, nullable, pageOfSchema, pageQuery } from './fields.ts'

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
  campaignApprovals: Type.Integer({ description: 'How many people must approve that a campaign starts, pauses, goes on or stops; 1 is single-operator mode, and counts as 2 once that has ended' }),
  rank: Type.Integer({ description: 'Of campaigns over several zones, those with a lower one begin first' })
}, { ...closed, description: 'As its people have written it into Vault; null where what they wrote is malformed: nothing is changed in the zone until they mend it' })

const ZoneView = Type.Object({
  name: Type.String(),
  allowedNetworks: list(Type.String(), { description: 'Where its hosts may be, as CIDR. Its worker has a list of its own and goes by that' }),
  policy: nullable(ZonePolicy),
  singleOperator: Type.Boolean({ description: 'Whether one person alone starts and steers campaigns: `campaignApprovals` is 1, and no second person has ever approved of anything here' })
}, closed)

const exampleZone = {
  name: 'production',
  allowedNetworks: ['10.20.0.0/16'],
  policy: { ...defaultPolicy, longestAgeSeconds: 7_776_000 },
  singleOperator: false
}

export const ZoneQuery = Type.Object(pageQuery, closed)
export const ZonePage = pageOfSchema(ZoneView, exampleZone, 'Zones by name')
