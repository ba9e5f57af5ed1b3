import { Type } from 'typebox'
import { credentialKinds, keyAlgorithms, longestGraceSeconds, passwordBounds } from '@rekey/domain'
import { etagHeader } from '../preconditions.ts'
import { closed, nameField, nullable, pageOfSchema, pageQuery, Timestamp, Zone } from './fields.ts'
import { scopeLists } from './order.ts'
import { exampleSchedule, Heartbeat, Schedule } from './schedule.ts'

const PolicyName = nameField('policy', 'appliances')

const Kinds = Type.Array(Type.Enum([...credentialKinds], { description: `one of ${credentialKinds.join(', ')}` }), { minItems: 1, uniqueItems: true, description: `kinds of credentials, each once: of ${credentialKinds.join(', ')}` })

export const Selector = Type.Object({ ...scopeLists, kinds: Type.Optional(Kinds) }, {
  ...closed,
  description: 'Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone.'
})

const rules = {
  priority: Type.Integer({ minimum: 0, maximum: 1000, description: 'a whole number from 0 to 1000: of the policies that are for a credential the highest decides alone, of equal ones the first by name' }),
  selector: Selector,
  keyAlgorithm: Type.Optional(Type.Enum([...keyAlgorithms], { description: `one of ${keyAlgorithms.join(', ')}; ed25519 when it is left out` })),
  passwordLength: Type.Optional(Type.Integer({ minimum: passwordBounds.shortest, maximum: passwordBounds.longest, description: `a whole number of characters from ${passwordBounds.shortest} to ${passwordBounds.longest}; as the zone's people have it when it is left out` })),
  passwordSymbols: Type.Optional(Type.String({ maxLength: 16, pattern: passwordBounds.symbols, description: 'what new passwords have besides letters and digits, of -_.+=@%^,/~, each kind at least once; as the zone\'s people have it when it is left out' })),
  schedule: Type.Optional(Schedule),
  graceSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: longestGraceSeconds, description: 'how long a replaced key stays open, in seconds: it counts up to what the zone\'s people have; as they have it when it is left out' })),
  heartbeat: Type.Optional(Heartbeat)
}

const exampleRules = { priority: 100, selector: { labels: { role: 'appliance' }, kinds: ['ssh-key'] }, keyAlgorithm: 'rsa-4096' }

export const NewPolicy = Type.Object(rules, {
  ...closed,
  description: 'How new secrets of some credentials are made, and when',
  examples: [exampleRules, { priority: 20, selector: {}, schedule: exampleSchedule, graceSeconds: 600, heartbeat: { everySeconds: 3600, onDrift: 'report' } }, { priority: 10, selector: { kinds: ['password'] }, passwordLength: 40, passwordSymbols: '' }]
})

const examplePolicy = { zone: 'production', name: 'appliances', ...exampleRules, keyAlgorithm: 'rsa-4096', passwordLength: null, passwordSymbols: null, schedule: exampleSchedule, graceSeconds: null, heartbeat: null, revision: 4, changedBy: 'admin', changedAt: '2026-03-01T09:30:00.000Z' }

export const PolicyView = Type.Object({
  zone: Type.String(),
  name: Type.String(),
  priority: rules.priority,
  selector: Selector,
  keyAlgorithm: Type.Enum([...keyAlgorithms]),
  passwordLength: nullable(Type.Integer({ description: 'Null: as the zone\'s people have it' })),
  passwordSymbols: nullable(Type.String({ description: 'Null: as the zone\'s people have it' })),
  schedule: nullable(Schedule),
  graceSeconds: nullable(Type.Integer({ description: 'Null: as the zone\'s people have it' })),
  heartbeat: nullable(Heartbeat),
  revision: Type.Integer({ description: 'Of the zone\'s policies, when this one was changed last' }),
  changedBy: Type.String(),
  changedAt: Timestamp
}, { ...closed, description: 'A policy', headers: etagHeader, examples: [examplePolicy] })

export const PolicyParams = Type.Object({ zone: Zone, name: PolicyName }, closed)
export const PolicyQuery = Type.Object({ zone: Type.Optional(Zone), ...pageQuery }, closed)
export const PolicyPage = pageOfSchema(PolicyView, examplePolicy, 'Policies by zone and name')
