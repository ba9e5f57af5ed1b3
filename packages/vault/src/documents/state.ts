import { credentialKinds, credentialStatuses, formatName, observers } from '@rekey/domain'
import type { CredentialName, CredentialState } from '@rekey/domain'
import { Type } from 'typebox'
import { checkPlace, plainCodec, withDefaults } from './codec.ts'
import { Count, CredentialNameShape, exactly, FailureShape, FenceTamperedShape, HoldShape, Instant, LeavingShape, nullable, ProofShape, Text } from './shapes.ts'

const StateShape = exactly({
  ...CredentialNameShape.properties,
  kind: nullable(Type.Enum([...credentialKinds])),
  through: nullable(Text),
  status: Type.Enum([...credentialStatuses]),
  fingerprint: nullable(Text),
  epoch: Count,
  order: Count,
  hostKeys: Type.Array(Text),
  madeAt: nullable(Instant),
  sharedWith: Type.Array(Text),
  debts: Type.Array(exactly({ fingerprint: Text, since: Instant, notBefore: Instant })),
  hold: nullable(HoldShape),
  lastFailure: nullable(FailureShape),
  nextAttemptAt: nullable(Instant),
  fenceTampered: FenceTamperedShape,
  rotations: Type.Array(exactly({
    epoch: Count,
    order: Count,
    oldFingerprint: Text,
    newFingerprint: Text,
    startedAt: Instant,
    settledAt: Instant,
    proof: ProofShape
  })),
  observed: Type.Boolean(),
  observers: Type.Array(Type.Enum([...observers])),
  planned: nullable(exactly({ step: Text, order: Count })),
  unproven: Type.Array(Text),
  leaving: nullable(LeavingShape),
  updatedAt: Instant
})

const state = plainCodec<CredentialState, typeof StateShape>(StateShape)

export function statePath ({ host, account, name }: CredentialName): string[] {
  return ['states', host, account, name]
}

export function encodeState (value: CredentialState): object {
  return state.encode(value, statePath(value))
}

export function decodeState (raw: unknown, name: CredentialName): CredentialState {
  const value = state.decode(withDefaults(raw, { observed: false, observers: [], planned: null, unproven: [], leaving: null }), statePath(name))
  checkPlace('name', formatName(value), formatName(name), statePath(name))
  return value
}
