import { isDeepStrictEqual } from 'node:util'
import type { Credential, CredentialState, CredentialStatus, Rotation, Verification } from '@rekey/domain'
import { fingerprint, formatThrough, hasLeft } from '@rekey/domain'
import { debtsOf, owedOf } from './debts.ts'
import type { Facts, Outline } from './facts.ts'
import { isOrdered, mayGo, unprovenOf } from './facts.ts'
import { sparedBy } from './lockdown/over.ts'
import { isObserved, observersOf } from './observe.ts'
import { planOf } from './rotate.ts'

/** What people see of a credential: a projection of its document, so that a lost report can always be made again; but for heartbeats, of which only the last state tells. */
export function stateOf (credential: Credential, facts: Facts, { verifiedAt, heartbeat }: Verification): CredentialState {
  const { name, current, hostSharedWith } = credential
  const observers = observersOf(credential, facts)
  const observed = observers.length > 0
  return {
    ...name,
    kind: credential.kind,
    through: credential.through && formatThrough(credential.through),
    status: statusOf(credential, facts),
    fingerprint: current.fingerprint,
    epoch: current.epoch,
    order: current.order,
    madeAt: current.madeAt,
    verifiedAt,
    heartbeat,
    hostKeys: credential.target.hostKeys.map(fingerprint),
    sharedWith: [current.sharedWith, hostSharedWith].filter((place) => place !== null),
    debts: debtsOf(credential, facts),
    owed: owedOf(credential, facts),
    hold: credential.hold,
    lastFailure: credential.lastFailure,
    nextAttemptAt: credential.nextAttemptAt,
    fenceTampered: credential.fenceTampered,
    drift: credential.drift,
    rotations: rotationsOf(credential),
    observed,
    observers,
    planned: observed ? planOf(credential, facts) : null,
    unproven: unprovenOf(credential, facts),
    leaving: credential.leaving,
    sessions: credential.sessions,
    lock: credential.lock,
    spared: sparedBy(credential, facts),
    updatedAt: facts.now.toISOString()
  }
}

export function statusOf (credential: Outline, facts: Facts): CredentialStatus {
  if (hasLeft(credential)) return 'left'
  if (credential.hold !== null) return 'held'
  if (credential.candidate !== null || (isOrdered(credential, facts) && !isObserved(credential, facts))) return 'rotating'
  if (credential.retired.length === 0) return 'settled'
  return credential.retired.every((secret) => secret.removedAt === null && !mayGo(secret, credential, facts)) ? 'grace' : 'debt'
}

/** Two states that tell the same, whenever they were written. */
export function isSame (a: CredentialState, b: CredentialState): boolean {
  return isDeepStrictEqual({ ...a, updatedAt: '' }, { ...b, updatedAt: '' })
}

/** Each proven-dead secret was ended by the one that its proof saw accepted. A refused candidate was never in use, so nothing ended with it. */
export function rotationsOf ({ current, history }: Credential): Rotation[] {
  return history.flatMap((old) => {
    const successor = [current, ...history].find((key) => key.fingerprint === old.proof.newAccepted)
    if (successor === undefined || old.wasRefused) return []
    return [{
      epoch: successor.epoch,
      order: successor.order,
      oldFingerprint: old.fingerprint,
      newFingerprint: successor.fingerprint,
      startedAt: successor.madeAt,
      settledAt: old.proof.at,
      proof: old.proof
    }]
  })
}
