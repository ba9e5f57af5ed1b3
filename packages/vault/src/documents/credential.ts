import { formatName, Secret } from '@rekey/domain'
import type { Adoption, Candidate, Credential, CredentialKind, CredentialName, HandedOver, PastSecret, RetiredSecret, StoredSecret, Target } from '@rekey/domain'
import { Type } from 'typebox'
import type { TProperties } from 'typebox'
import { checkPlace, codec, withDefaults } from './codec.ts'
import { Count, CredentialNameShape, DecisionShape, DriftShape, exactly, FailureShape, FenceTamperedShape, HoldShape, Instant, LeavingShape, LegacyAlgorithmsShape, LiveSessionsShape, LockShape, nullable, PasswordFields, Port, ProofShape, PublicKey, Text, ThroughShape, UserKeyFields, ViaShape } from './shapes.ts'

const makingFields = { epoch: Count, order: Count, madeAt: Instant, sharedWith: nullable(Text) }
const targetShape = exactly({
  address: Text,
  port: Port,
  hostKeys: Type.Array(PublicKey, { minItems: 1 }),
  account: Text,
  // Documents that were written before there were jump hosts have none.
  via: Type.Optional(nullable(ViaShape)),
  legacyAlgorithms: Type.Optional(LegacyAlgorithmsShape)
})

/** A credential's document, whose secrets are all of one kind. */
function credentialShape<Kind extends CredentialKind, Fields extends TProperties> (kind: Kind, secretFields: Fields) {
  const stored = { ...secretFields, ...makingFields }
  return exactly({
    name: CredentialNameShape,
    kind: Type.Literal(kind),
    target: targetShape,
    through: nullable(ThroughShape),
    hostSharedWith: nullable(Text),
    current: exactly(stored),
    candidate: nullable(exactly({ ...stored, sentAt: nullable(Instant), wasSent: Type.Optional(Type.Literal(true)) })),
    retired: Type.Array(exactly({ ...stored, retiredAt: Instant, notBefore: Instant, removedAt: nullable(Instant), wasRefused: Type.Boolean() })),
    history: Type.Array(exactly({ ...stored, retiredAt: Instant, wasRefused: Type.Boolean(), proof: ProofShape })),
    epoch: Count,
    refusals: Count,
    hold: nullable(HoldShape),
    lastClearedHold: nullable(exactly({ ...HoldShape.properties, clearedAt: Instant, clearedBy: Text, reason: Text })),
    failures: Count,
    nextAttemptAt: nullable(Instant),
    lastFailure: nullable(FailureShape),
    burnedAt: nullable(Instant),
    fenceTampered: FenceTamperedShape,
    drift: nullable(DriftShape),
    observe: Type.Boolean(),
    observedBy: nullable(DecisionShape),
    leaving: nullable(LeavingShape),
    sessions: nullable(LiveSessionsShape),
    lock: nullable(LockShape)
  })
}

/** A secret as it is stored and as it is in memory: the same fields, one of them in the clear or wrapped. */
type Raw<Value> = Value extends unknown ? { [Field in keyof Value]: Value[Field] extends Secret ? string : Value[Field] } : never

function sealed<Value extends HandedOver> (raw: Raw<Value>): Value {
  const { privateKey, password } = raw as { privateKey?: string, password?: string }
  return (password === undefined ? { ...raw, privateKey: Secret.of(privateKey ?? '') } : { ...raw, password: Secret.of(password) }) as unknown as Value
}

/** The one place where a stored secret is opened: on its way into Vault. */
function opened<Value extends HandedOver> (value: Value): Raw<Value> {
  return ('password' in value ? { ...value, password: value.password.open() } : { ...value, privateKey: value.privateKey.open() }) as unknown as Raw<Value>
}

interface RawCredential extends Omit<Credential, 'target' | 'current' | 'candidate' | 'retired' | 'history'> {
  readonly target: Omit<Target, 'via'> & { readonly via?: Target['via'] }
  readonly current: Raw<StoredSecret>
  readonly candidate: Raw<Candidate> | null
  readonly retired: ReadonlyArray<Raw<RetiredSecret>>
  readonly history: ReadonlyArray<Raw<PastSecret>>
}

function seal (raw: RawCredential): Credential {
  return {
    ...raw,
    target: { ...raw.target, via: raw.target.via ?? null },
    current: sealed<StoredSecret>(raw.current),
    candidate: raw.candidate && sealed<Candidate>(raw.candidate),
    retired: raw.retired.map((one) => sealed<RetiredSecret>(one)),
    history: raw.history.map((one) => sealed<PastSecret>(one))
  }
}

function open (value: Credential): RawCredential {
  return {
    ...value,
    current: opened(value.current),
    candidate: value.candidate && opened(value.candidate),
    retired: value.retired.map((one) => opened(one)),
    history: value.history.map((one) => opened(one))
  }
}

const codecs = {
  'ssh-key': codec(credentialShape('ssh-key', UserKeyFields), seal, open),
  password: codec(credentialShape('password', PasswordFields), seal, open)
}

const adoptionShape = <Fields extends TProperties>(secretFields: Fields) => exactly({
  name: CredentialNameShape,
  secret: exactly(secretFields),
  through: nullable(ThroughShape),
  order: Count,
  askedAt: Instant,
  askedBy: Text,
  observe: Type.Boolean()
})

interface RawAdoption extends Omit<Adoption, 'secret'> {
  readonly secret: Raw<HandedOver>
}

const sealAdoption = (raw: RawAdoption): Adoption => ({ ...raw, secret: sealed<HandedOver>(raw.secret) })
const openAdoption = (value: Adoption): RawAdoption => ({ ...value, secret: opened(value.secret) })
const adoptionCodecs = {
  'ssh-key': codec(adoptionShape(UserKeyFields), sealAdoption, openAdoption),
  password: codec(adoptionShape({ password: PasswordFields.password }), sealAdoption, openAdoption)
}

function kindOf (secret: object): CredentialKind {
  return 'password' in secret ? 'password' : 'ssh-key'
}

export function credentialPath ({ host, account, name }: CredentialName): string[] {
  return ['credentials', host, account, name]
}

export function adoptionPath ({ host, account, name }: CredentialName): string[] {
  return ['adoptions', host, account, name]
}

export function encodeCredential (value: Credential): object {
  return codecs[value.kind].encode(value, credentialPath(value.name))
}

export function decodeCredential (raw: unknown, name: CredentialName): Credential {
  const path = credentialPath(name)
  const value = codecs[(raw as { kind?: unknown } | null)?.kind === 'password' ? 'password' : 'ssh-key'].decode(withDefaults(raw, { observe: false, observedBy: null, burnedAt: null, leaving: null, drift: null, sessions: null, lock: null }), path)
  checkPlace('name', formatName(value.name), formatName(name), path)
  checkPlace('target.account', value.target.account, name.account, path)
  return value
}

export function encodeAdoption (value: Adoption): object {
  return adoptionCodecs[kindOf(value.secret)].encode(value, adoptionPath(value.name))
}

export function decodeAdoption (raw: unknown, name: CredentialName): Adoption {
  const { secret } = (raw ?? {}) as { secret?: object | null }
  const value = adoptionCodecs[kindOf(secret ?? {})].decode(withDefaults(raw, { observe: false }), adoptionPath(name))
  checkPlace('name', formatName(value.name), formatName(name), adoptionPath(name))
  return value
}
