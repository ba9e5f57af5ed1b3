import { Type } from 'typebox'
import { passwordStates, rootRights } from '@rekey/domain'
import { closed, Fingerprint, list, nullable, Timestamp } from './fields.ts'

const Key = { fingerprint: Fingerprint, type: Type.String(), bits: nullable(Type.Integer({ description: 'Of RSA; null where the type says all' })) }

const AccountView = Type.Object({
  account: Type.String(),
  uid: Type.Integer(),
  managed: Type.Boolean({ description: 'Whether a credential of it is managed' }),
  password: Type.Enum([...passwordStates], { description: '`none`: nobody needs one. `expired`: it opens nothing until it is changed. `unknown`: whoever looked may not see it' }),
  passwordChangedOn: nullable(Type.String({ description: 'The day' })),
  root: Type.Enum([...rootRights], { description: 'Whether it becomes root by sudo' }),
  keys: list(Type.Object({ ...Key, restricted: Type.Boolean({ description: 'Its line has options' }), since: Timestamp }, closed), { description: 'Keys that open it' }),
  authorities: list(Type.Object(Key, closed), { description: 'Authorities whose certificates open it by a line of its own' }),
  privateKeys: list(Type.Object({ fingerprint: Fingerprint, encrypted: Type.Boolean() }, closed), { description: 'Private keys that lie in its home folder' })
}, closed)

const exampleKey = { fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM', type: 'ssh-ed25519', bits: null }
const exampleSurvey = {
  zone: 'production',
  host: 'web-1',
  triedAt: '2026-03-01T09:30:00.000Z',
  failure: null,
  at: '2026-03-01T09:30:00.000Z',
  by: 'deploy',
  asRoot: true,
  complete: true,
  sshd: { version: 'OpenSSH_9.2', weak: ['permitrootlogin yes'], otherWays: [] },
  hostKeys: [exampleKey],
  authorities: [],
  accounts: [{ account: 'app', uid: 1001, managed: true, password: 'locked', passwordChangedOn: null, root: 'no', keys: [{ ...exampleKey, restricted: false, since: '2026-03-01T09:30:00.000Z' }], authorities: [], privateKeys: [] }]
}

export const SurveyView = Type.Object({
  zone: Type.String(),
  host: Type.String(),
  triedAt: nullable(Timestamp),
  failure: nullable(Type.String({ description: 'The error code of the last try; null when it found something, or there was none' })),
  at: nullable(Timestamp),
  by: nullable(Type.String({ description: 'The account that looked' })),
  asRoot: Type.Boolean({ description: 'Whether it looked as root. Else it saw itself only' }),
  complete: Type.Boolean({ description: 'Whether the host told everything, and all of it could be read' }),
  sshd: Type.Object({
    version: nullable(Type.String()),
    weak: list(Type.String(), { description: 'Weak settings, as sshd_config(5) names them' }),
    otherWays: list(Type.String(), { description: 'Settings by which others than listed keys open accounts' })
  }, closed),
  hostKeys: list(Type.Object(Key, closed)),
  authorities: list(Type.Object(Key, closed), { description: 'Authorities whose certificates open accounts of the whole host' }),
  accounts: list(AccountView, { description: 'Those that have a shell' })
}, { ...closed, description: 'How a host was found when it was last looked at. The host has told it', examples: [exampleSurvey] })

export const SurveyAsked = Type.Object({ zone: Type.String(), host: Type.String() }, {
  ...closed,
  description: 'The zone\'s worker looks within seconds, and at a host once a minute at most',
  examples: [{ zone: 'production', host: 'web-1' }]
})
