import { credentialKinds, credentialStatuses, heartbeatOutcomes, namePattern, observers, proofMethods, spareReasons } from '@rekey/domain'
import { Type } from 'typebox'
import { Account, closed, exampleRelease, Fingerprint, Host, list, Name, nullable, pageOfSchema, pageQuery, release, Timestamp, Zone } from './fields.ts'

export const NewCredential = Type.Object({
  zone: Zone,
  host: Host,
  account: Account,
  name: Type.Optional(Name),
  privateKey: Type.Optional(Type.String({ minLength: 1, maxLength: 16_384, writeOnly: true, description: 'the private key that opens the account today, without passphrase, in OpenSSH or PEM format' })),
  password: Type.Optional(Type.String({ minLength: 1, maxLength: 512, pattern: '^[^\\u0000-\\u001f\\u007f]*$', writeOnly: true, description: 'the password that opens the account today, on one line' })),
  through: Type.Optional(Type.String({ pattern: `^${namePattern('account').slice(1, -1)}/${namePattern('credential').slice(1, -1)}$`, maxLength: 64, description: '`account/name` of another credential of the same host that changes this account: as root, by sudo, or as the account itself. For accounts that run no commands, and for passwords that sshd does not take' })),
  observe: Type.Optional(Type.Boolean({ description: 'true observes it: it is verified and reported, and nothing of it is changed until it is released; false when it is left out' }))
}, {
  ...closed,
  description: 'The key or the password that opens the account today: exactly one of `privateKey` and `password`. `name` is the kind, `ssh-key` or `password`, unless the account has several.',
  examples: [
    { zone: 'production', host: 'web-1', account: 'deploy', privateKey: '-----BEGIN OPENSSH PRIVATE KEY-----\n…\n-----END OPENSSH PRIVATE KEY-----\n' },
    { zone: 'production', host: 'web-1', account: 'operator', password: 'the present one', observe: true }
  ]
})

export const Status = Type.String({ enum: [...credentialStatuses], description: `one of ${credentialStatuses.join(', ')}` })

export const CredentialParams = Type.Object({ zone: Zone, host: Host, account: Account, name: Name }, closed)

export const CredentialQuery = Type.Object({
  zone: Type.Optional(Zone),
  host: Type.Optional(Host),
  account: Type.Optional(Account),
  status: Type.Optional(Status),
  shared: Type.Optional(Type.String({ enum: ['true', 'false'], description: 'true or false' })),
  observed: Type.Optional(Type.String({ enum: ['true', 'false'], description: 'true or false' })),
  ...pageQuery
}, closed)

export const Hold = Type.Object({
  class: Type.String({ description: 'Why it stopped' }),
  since: Timestamp,
  detail: Type.String({ description: 'What a person needs to know to decide' })
}, { ...closed, description: 'A stop sign that only a person clears, with `rekey hold clear`' })

const debt = {
  fingerprint: Fingerprint,
  since: Timestamp,
  notBefore: Timestamp,
  class: Type.String({ description: 'Why it is not proven dead yet; `GET /v1/debts` says what ends that' })
}

export const DebtView = Type.Object(debt, closed)

export const Failure = Type.Object({
  class: Type.String({ description: 'What it means for the host' }),
  step: Type.String(),
  code: Type.String(),
  message: Type.String({ description: 'What is known, and what to do' }),
  at: Timestamp
}, closed)

const ProofView = Type.Object({
  by: Type.String({ enum: [...proofMethods], description: 'What judged: the method of the SSH login, or `su` on the host' }),
  ranCommand: Type.Boolean({ description: 'Whether the accepted secret ran a command whose answer can\'t be guessed' }),
  randomRefused: Type.Boolean(),
  oldRefused: list(Fingerprint),
  newAccepted: Fingerprint,
  at: Timestamp
}, { ...closed, description: 'One fresh connection in which a random secret and the old ones were refused and the new one was accepted' })

export const RotationView = Type.Object({
  epoch: Type.Integer(),
  order: Type.Integer({ description: 'The highest order that this rotation fulfilled' }),
  oldFingerprint: Fingerprint,
  newFingerprint: Fingerprint,
  startedAt: Timestamp,
  settledAt: Timestamp,
  proof: ProofView
}, closed)

export const observation = {
  observed: Type.Boolean({ description: 'Nothing of it is changed, whatever is ordered. False until it is adopted' }),
  observers: list(Type.String({ enum: [...observers] }), { description: 'What observes it, each to be ended by itself: `zone` (its policy, by people), `person` (with `rekey manage`), `credential` and `host` (by a release)' }),
  planned: nullable(Type.Object({
    step: Type.String({ description: 'A step of the rotation: store, push, verify, remove, sessions or prove; of a lockdown: lock, end-sessions or prove-locked' }),
    order: Type.Integer({ description: 'The order that it would be done for' })
  }, { ...closed, description: 'What would be done next if it were not observed' }))
}

export const LiveSessionsView = Type.Object({
  campaign: Type.String(),
  isToEnd: Type.Boolean({ description: 'Whether people have approved that they end' }),
  at: nullable(Timestamp),
  found: nullable(Type.Integer({ minimum: 0, description: 'Live logins of the account, whatever they were opened by, but for Rekey\'s own. Null: not looked at yet, or the host shows none' })),
  ended: Type.Integer({ minimum: 0 }),
  note: nullable(Type.String({ description: 'Why not all were seen, or ended' }))
}, { ...closed, description: 'Who was logged in when a campaign had replaced the secret; null where none has' })

export const exampleSessions = { campaign: '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b', isToEnd: true, at: '2026-03-01T09:31:04.000Z', found: 1, ended: 1, note: null }

export const LockView = Type.Object({
  campaign: Type.String(),
  order: Type.Integer({ description: 'The campaign\'s' }),
  begunAt: Timestamp,
  lockedAt: nullable({ ...Timestamp, description: 'When the host has said that it took it' }),
  proof: nullable(Type.Object({
    randomRefused: Type.Boolean(),
    refused: list(Fingerprint, { description: 'What was shown and refused' }),
    recoveryAccepted: { ...Fingerprint, description: 'The host\'s recovery credential, which opened on a connection after that' },
    at: Timestamp
  }, { ...closed, description: 'Fresh connections in which a random secret and all that had ever opened it were refused in the same way' }))
}, { ...closed, description: 'How far a lockdown is with it, and from a cleared hold on, until a new secret opens; null where there is none' })

export const SparedView = Type.Object({
  campaign: Type.String(),
  order: Type.Integer(),
  why: Type.Enum([...spareReasons])
}, { ...closed, description: 'Why the lockdown that covers it has it replaced instead of locked; null where it does not' })

const summary = {
  zone: Type.String(),
  host: Type.String(),
  account: Type.String(),
  name: Type.String(),
  kind: nullable(Type.String({ enum: [...credentialKinds], description: 'Null until a worker has looked at what was handed over' })),
  through: nullable(Type.String({ description: '`account/name` of the credential that changes this one' })),
  status: Status,
  fingerprint: nullable(Fingerprint),
  epoch: Type.Integer({ description: 'Numbers every secret ever stored for this credential; 0 before adoption' }),
  order: Type.Integer({ description: 'The highest order that the current secret fulfils' }),
  shared: Type.Boolean({ description: 'Whether its key opens, or its host\'s key names, another place too' }),
  sharedWith: list(Type.String(), { description: 'Those of them that lie in the caller\'s zones: `zone/host/account/name` for a user key, `zone/host` for a host key' }),
  madeAt: nullable(Timestamp),
  verifiedAt: nullable({ ...Timestamp, description: 'When the current secret last opened the account: at a proof, or at a heartbeat' }),
  heartbeat: nullable(Type.Object({
    at: Timestamp,
    outcome: Type.String({ enum: [...heartbeatOutcomes], description: 'opened; refused: the host has drifted; unreachable; unclear: another factor, another identity or a connection that broke; begun: the worker has not come to tell more' })
  }, { ...closed, description: 'The last heartbeat of the current secret' })),
  nextHeartbeatAt: nullable({ ...Timestamp, description: 'When it is next looked whether the secret opens. Null: no policy asks for it, or something else has its turn' }),
  hostKeys: list(Fingerprint, { description: 'Pinned host keys' }),
  debts: list(Type.Object(debt, closed), { description: 'Secrets that were replaced, or refused by the host, and are not proven dead' }),
  owed: nullable(Type.Object(debt, { ...closed, description: 'The current secret, where it should be dead: an order wants it replaced, or it was used to recover another one' })),
  hold: nullable(Hold),
  lastFailure: nullable(Failure),
  nextAttemptAt: nullable(Timestamp),
  fenceTampered: nullable(Type.Object({ at: Timestamp, seen: Type.Integer() }, closed)),
  drift: nullable(Type.Object({
    since: Timestamp,
    opened: nullable(Type.String({ description: 'Fingerprint of an earlier secret that opened instead: the host was restored from a snapshot' })),
    endedAt: nullable(Timestamp)
  }, { ...closed, description: 'The last time that the host was found not to take the current secret; it lasts while `endedAt` is null' })),
  ...observation,
  policy: nullable(Type.String({ description: 'The policy by which its next secret is made; null: the rules of the zone\'s people' })),
  unproven: list(Fingerprint, { description: 'Secrets that should be dead, or may have been put in place, and that no proof has settled: besides `debts` a successor that is on its way, and a current one that an order wants replaced' }),
  leaving: nullable(Type.Object({
    proposal: Type.Integer(),
    by: Type.String({ description: 'Who approved' }),
    at: Timestamp,
    reason: Type.String(),
    order: Type.Integer({ description: 'The last order that concerns it' }),
    signedOff: list(Fingerprint, { description: 'Secrets that need not be proven dead; once it has left, those that were not' }),
    leftAt: nullable(Timestamp)
  }, { ...closed, description: 'Given when people have approved that it leaves, or it has' })),
  sessions: nullable(LiveSessionsView),
  lock: nullable(LockView),
  spared: nullable(SparedView),
  updatedAt: nullable(Timestamp)
}

const exampleSummary = {
  zone: 'production',
  host: 'web-1',
  account: 'deploy',
  name: 'ssh-key',
  kind: 'ssh-key',
  through: null,
  status: 'settled',
  fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM',
  epoch: 2,
  order: 1,
  shared: false,
  sharedWith: [],
  madeAt: '2026-03-01T09:31:00.000Z',
  verifiedAt: '2026-03-01T10:07:12.000Z',
  heartbeat: { at: '2026-03-01T10:07:12.000Z', outcome: 'opened' },
  nextHeartbeatAt: '2026-03-01T11:07:11.482Z',
  hostKeys: ['SHA256:3jX0Qy2bYj0oV0rU8gq0v4n1o9Jb5cZ7q2h8oWk1rFs'],
  debts: [],
  owed: null,
  hold: null,
  lastFailure: null,
  nextAttemptAt: null,
  fenceTampered: null,
  drift: null,
  observed: false,
  observers: [],
  planned: null,
  policy: null,
  unproven: [],
  leaving: null,
  sessions: null,
  lock: null,
  spared: null,
  updatedAt: '2026-03-01T09:31:01.000Z'
}

export const exampleCredential = {
  ...exampleSummary,
  rotations: [{
    epoch: 2,
    order: 1,
    oldFingerprint: 'SHA256:Vb1f2m8cYx0m3uJm0oQ4yq8u7S1V2k9hZr5n6p0tXwE',
    newFingerprint: exampleSummary.fingerprint,
    startedAt: '2026-03-01T09:31:00.000Z',
    settledAt: '2026-03-01T09:31:01.000Z',
    proof: { by: 'publickey', randomRefused: true, oldRefused: ['SHA256:Vb1f2m8cYx0m3uJm0oQ4yq8u7S1V2k9hZr5n6p0tXwE'], newAccepted: exampleSummary.fingerprint, ranCommand: true, at: '2026-03-01T09:31:01.000Z' }
  }]
}

export const CredentialSummary = Type.Object(summary, { ...closed, description: 'A credential, without its secret' })
export const CredentialView = Type.Object({
  ...summary,
  rotations: list(RotationView, { description: 'Newest first, each with its proof' })
}, { ...closed, description: 'A credential with its rotations and their proofs, without its secret', examples: [exampleCredential] })

export const AcceptedCredential = Type.Object({
  zone: Type.String(),
  host: Type.String(),
  account: Type.String(),
  name: Type.String(),
  status: Type.String({ enum: ['adopting'] }),
  fingerprint: nullable(Fingerprint)
}, {
  ...closed,
  description: 'The worker will log in with the secret; `Location` tells how that went. The fingerprint is null for a password, which only workers may ask Vault for.',
  headers: { location: { type: 'string', description: 'Where the credential is seen' } },
  examples: [{ zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key', status: 'adopting', fingerprint: 'SHA256:Vb1f2m8cYx0m3uJm0oQ4yq8u7S1V2k9hZr5n6p0tXwE' }]
})

export const ReleasedCredential = Type.Object({
  zone: Type.String(),
  host: Type.String(),
  account: Type.String(),
  name: Type.String(),
  ...release
}, {
  ...closed,
  description: 'The release on record: the first one stays',
  examples: [{ zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key', ...exampleRelease }]
})

export const CredentialPage = pageOfSchema(CredentialSummary, exampleSummary, 'Credentials by zone, host, account and name')
