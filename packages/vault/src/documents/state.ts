import { DebtClass, credentialKinds, credentialStatuses, formatName, heartbeatOutcomes, observers, spareReasons } from '@rekey/domain'
import type { CredentialName, CredentialState } from '@rekey/domain'
import { Type } from 'typebox'
import { checkPlace, plainCodec, withDefaults } from './codec.ts'
import { CampaignId, Count, CredentialNameShape, DriftShape, exactly, FailureShape, FenceTamperedShape, HoldShape, Instant, LeavingShape, LiveSessionsShape, LockShape, nullable, oneOf, Ordinal, ProofShape, Text } from './shapes.ts'

const DebtShape = exactly({ fingerprint: Text, since: Instant, notBefore: Instant, class: oneOf(DebtClass) })

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
  verifiedAt: nullable(Instant),
  heartbeat: nullable(exactly({ at: Instant, outcome: Type.Enum([...heartbeatOutcomes]) })),
  sharedWith: Type.Array(Text),
  debts: Type.Array(DebtShape),
  owed: nullable(DebtShape),
  hold: nullable(HoldShape),
  lastFailure: nullable(FailureShape),
  nextAttemptAt: nullable(Instant),
  fenceTampered: FenceTamperedShape,
  drift: nullable(DriftShape),
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
  sessions: nullable(LiveSessionsShape),
  lock: nullable(LockShape),
  spared: nullable(exactly({ campaign: CampaignId, order: Ordinal, why: Type.Enum([...spareReasons]) })),
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
  const value = state.decode(classed(withDefaults(raw, { observed: false, observers: [], planned: null, unproven: [], leaving: null, owed: null, drift: null, verifiedAt: null, heartbeat: null, sessions: null, lock: null, spared: null })), statePath(name))
  checkPlace('name', formatName(value), formatName(name), statePath(name))
  return value
}

/** States of before debts had a class, until they are reported anew. */
function classed (raw: unknown): unknown {
  const { debts } = (raw ?? {}) as { debts?: unknown }
  return Array.isArray(debts) ? { ...raw as object, debts: debts.map((debt) => withDefaults(debt, { class: 'waiting' })) } : raw
}
