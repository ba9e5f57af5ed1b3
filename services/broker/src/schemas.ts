import { credentialKinds, leaseIdPattern, longestLeaseSeconds, namePattern, type NameKind } from '@rekey/domain'
import { Type } from 'typebox'
import { mostCredentials } from './choose.ts'
import { exampleEnd, exampleLease, exampleWait, exampleWanted } from './examples.ts'

const closed = { additionalProperties: false } as const

const text = (description: string) => Type.String({ description })
const time = (description: string) => Type.String({ format: 'date-time', description })
const names = (kind: NameKind) => Type.Array(Type.String({ pattern: namePattern(kind) }), { minItems: 1, maxItems: 100, description: `1 to 100 names of kind ${kind}` })

const Selector = Type.Object({
  hosts: Type.Optional(names('host')),
  accounts: Type.Optional(names('account')),
  names: Type.Optional(names('credential')),
  kinds: Type.Optional(Type.Array(Type.Enum([...credentialKinds]), { minItems: 1 })),
  labels: Type.Optional(Type.Record(Type.String({ pattern: namePattern('label') }), Type.String({ pattern: namePattern('label') }), { maxProperties: 32 }))
}, { ...closed, description: 'all that the grant covers, narrowed down: hosts, accounts, names, kinds, labels' })

const TtlSeconds = Type.Optional(Type.Integer({ minimum: 1, maximum: longestLeaseSeconds, description: `a whole number of seconds from 1 to ${longestLeaseSeconds}; as long as the grant allows when it is left out` }))

const Reason = Type.String({ pattern: '^[\\u0021-\\u007e]([\\u0020-\\u007e]{0,298}[\\u0021-\\u007e])?$', description: '1 to 300 visible ASCII characters on one line; it goes into the audit trail' })

/** `zone/host/account/name` */
const fullName = `^${(['zone', 'host', 'account', 'credential'] as const).map((kind) => namePattern(kind).replace(/^\^|\$$/g, '')).join('/')}$`

export const NewLease = Type.Object({
  credentials: Type.Optional(Type.Array(Type.String({ pattern: fullName, maxLength: 255, description: 'zone/host/account/name' }), { minItems: 1, maxItems: mostCredentials, uniqueItems: true, description: `1 to ${mostCredentials} credentials as zone/host/account/name, each once; or a selector in their place` })),
  selector: Type.Optional(Selector),
  ttlSeconds: TtlSeconds,
  reason: Reason,
  request: Type.Optional(Type.String({ pattern: leaseIdPattern, description: 'the id of an earlier request for just this, which a person had to approve' }))
}, { ...closed, description: 'What is wanted, for how long and why', examples: [exampleWanted, { selector: { labels: { role: 'frontend' } }, reason: 'deploy 1.4.2' }, { ...exampleWanted, request: exampleWait.request }] })

export const Renewal = Type.Object({ ttlSeconds: TtlSeconds }, { ...closed, description: 'How long the lease is to last from now', examples: [{ ttlSeconds: 300 }, {}] })
export const LeaseParams = Type.Object({ id: Type.String({ pattern: leaseIdPattern, description: 'the id of a lease', examples: [exampleLease.id] }) }, closed)

const place = {
  user: text('The account to log in as'),
  address: text('Where its sshd is'),
  port: Type.Integer({ description: 'The port there' }),
  knownHosts: Type.Array(Type.String(), { description: 'The host\'s pinned keys, as lines of a known_hosts file' })
}
const JumpHost = Type.Object({ credential: text('zone/host/account/name; its secret is here only when it is leased itself'), ...place }, { ...closed, description: 'A host on the way' })
const handed = {
  credential: text('zone/host/account/name'),
  host: text('The host\'s name'),
  ...place,
  fingerprint: text('Of the secret, as the API shows it'),
  jumpHosts: Type.Array(JumpHost, { description: 'The way there, the jump host nearest to the target first' })
}

export const HandedOut = Type.Union([
  Type.Object({ kind: Type.Literal('ssh-key'), ...handed, privateKey: text('In OpenSSH\'s format'), publicKey: text('As a line of authorized_keys') }, closed),
  Type.Object({ kind: Type.Literal('password'), ...handed, password: text('As it is typed') }, closed)
], { description: 'A credential with its secret' })

const Id = text('Names the lease; it is no secret')

export const LeaseAnswer = Type.Object({
  id: Id,
  zone: text('The broker\'s zone'),
  grant: text('The grant by which it was taken'),
  secret: text('Renews the lease and gives it back; it is shown once'),
  endsAt: time('Until when the secrets may be used'),
  endsAtMost: time('How long it can be renewed'),
  credentials: Type.Array(HandedOut),
  knownHosts: text('A known_hosts file for all of them'),
  sshConfig: text('An ssh_config for all of them; `{folder}` stands for where its holder puts the files')
}, { ...closed, description: 'A lease with its secrets', examples: [exampleLease] })

export const LeaseWaits = Type.Object({
  request: text('Names the request; it is no secret. Send it with the same words when you ask again'),
  status: Type.Literal('pending'),
  expiresAt: time('Until when it can be approved, and the lease be taken'),
  approveWith: text('What another person runs, with a Vault login of his own')
}, { ...closed, description: 'A person has to approve first: no secret is in it', examples: [exampleWait] })

export const LeaseEnd = Type.Object({
  id: Id,
  endsAt: time('Until when the secrets may be used'),
  endsAtMost: time('How long it can be renewed'),
  returnedAt: Type.Union([time('When it was given back'), Type.Null()])
}, { ...closed, description: 'A lease without its secrets', examples: [exampleEnd] })

export const Live = Type.Object({ status: Type.String() }, { ...closed, description: 'The process answers', examples: [{ status: 'live' }] })
export const Ready = Type.Object({ status: Type.String() }, { ...closed, description: 'Vault answers too', examples: [{ status: 'ready' }] })
