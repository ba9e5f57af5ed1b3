import { formatName, Secret } from '@rekey/domain'
import type { Adoption, Credential, CredentialName, UserKey } from '@rekey/domain'
import { Type } from 'typebox'
import { checkPlace, codec } from './codec.ts'
import { Count, CredentialNameShape, exactly, FailureShape, FenceTamperedShape, HoldShape, Instant, nullable, Port, ProofShape, PublicKey, Text, UserKeyFields } from './shapes.ts'

const storedKeyFields = { ...UserKeyFields, epoch: Count, order: Count, madeAt: Instant, sharedWith: nullable(Text) }

const CredentialShape = exactly({
  name: CredentialNameShape,
  kind: Type.Literal('ssh-key'),
  target: exactly({ address: Text, port: Port, hostKeys: Type.Array(PublicKey, { minItems: 1 }), account: Text }),
  hostSharedWith: nullable(Text),
  current: exactly(storedKeyFields),
  candidate: nullable(exactly({ ...storedKeyFields, sentAt: nullable(Instant) })),
  retired: Type.Array(exactly({ ...storedKeyFields, retiredAt: Instant, notBefore: Instant, removedAt: nullable(Instant), wasRefused: Type.Boolean() })),
  history: Type.Array(exactly({ ...storedKeyFields, retiredAt: Instant, wasRefused: Type.Boolean(), proof: ProofShape })),
  epoch: Count,
  refusals: Count,
  hold: nullable(HoldShape),
  lastClearedHold: nullable(exactly({ ...HoldShape.properties, clearedAt: Instant, clearedBy: Text, reason: Text })),
  failures: Count,
  nextAttemptAt: nullable(Instant),
  lastFailure: nullable(FailureShape),
  fenceTampered: FenceTamperedShape
})

const AdoptionShape = exactly({
  name: CredentialNameShape,
  key: exactly(UserKeyFields),
  order: Count,
  askedAt: Instant,
  askedBy: Text
})

type Opened<Key extends UserKey> = Omit<Key, 'privateKey'> & { privateKey: string }

function seal<Raw extends { privateKey: string }> (raw: Raw): Omit<Raw, 'privateKey'> & { privateKey: Secret } {
  return { ...raw, privateKey: Secret.of(raw.privateKey) }
}

/** The one place where a stored secret is opened: on its way into Vault. */
function open<Key extends UserKey> (key: Key): Opened<Key> {
  return { ...key, privateKey: key.privateKey.open() }
}

const credential = codec<Credential, typeof CredentialShape>(CredentialShape,
  raw => ({ ...raw, current: seal(raw.current), candidate: raw.candidate && seal(raw.candidate), retired: raw.retired.map(seal), history: raw.history.map(seal) }),
  value => ({ ...value, current: open(value.current), candidate: value.candidate && open(value.candidate), retired: value.retired.map(open), history: value.history.map(open) })
)

const adoption = codec<Adoption, typeof AdoptionShape>(AdoptionShape,
  raw => ({ ...raw, key: seal(raw.key) }),
  value => ({ ...value, key: open(value.key) })
)

export function credentialPath ({ host, account, name }: CredentialName): string[] {
  return ['credentials', host, account, name]
}

export function adoptionPath ({ host, account, name }: CredentialName): string[] {
  return ['adoptions', host, account, name]
}

export function encodeCredential (value: Credential): object {
  return credential.encode(value, credentialPath(value.name))
}

export function decodeCredential (raw: unknown, name: CredentialName): Credential {
  const path = credentialPath(name)
  const value = credential.decode(raw, path)
  checkPlace('name', formatName(value.name), formatName(name), path)
  checkPlace('target.account', value.target.account, name.account, path)
  return value
}

export function encodeAdoption (value: Adoption): object {
  return adoption.encode(value, adoptionPath(value.name))
}

export function decodeAdoption (raw: unknown, name: CredentialName): Adoption {
  const value = adoption.decode(raw, adoptionPath(name))
  checkPlace('name', formatName(value.name), formatName(name), adoptionPath(name))
  return value
}
