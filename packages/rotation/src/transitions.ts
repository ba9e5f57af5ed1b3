import type { Credential, PastSecret, Proof, RetiredSecret, SecretValue, StoredSecret } from '@rekey/domain'
import { driftEnded, driftFrom } from '@rekey/domain'
import { graceSecondsFor } from './aging.ts'
import { sessionsToSee } from './campaign/sessions.ts'
import type { Facts } from './facts.ts'

/** due → stored. The secret fulfils every order that was read before it was made. */
export function newCandidate (credential: Credential, secret: SecretValue, facts: Facts): Credential {
  const epoch = credential.epoch + 1
  return {
    ...credential,
    epoch,
    candidate: {
      ...secret,
      epoch,
      order: facts.orders.at(-1)?.number ?? 0,
      madeAt: facts.now.toISOString(),
      sharedWith: null,
      sentAt: null
    }
  }
}

/** candidate → current, current → retired, which starts a key's grace. A password has been replaced by then. */
export function promote (credential: Credential, facts: Facts): Credential {
  if (credential.candidate === null) throw new Error('promoted without a candidate')
  const { sentAt: _, wasSent: __, ...current } = credential.candidate
  const now = facts.now.getTime()
  const isReplaced = credential.kind === 'password'
  const old: RetiredSecret = {
    ...credential.current,
    wasRefused: false,
    retiredAt: new Date(now).toISOString(),
    notBefore: new Date(now + (isReplaced ? 0 : graceSecondsFor(credential, facts) * 1000)).toISOString(),
    removedAt: isReplaced ? new Date(now).toISOString() : null
  }
  const retired = credential.retired.map((secret) => isReplaced && secret.removedAt === null ? { ...secret, removedAt: old.removedAt } : secret)
  return { ...credential, ...cleared, burnedAt: null, drift: driftEnded(credential.drift, old.retiredAt), current, candidate: null, retired: [...retired, old], lock: null, sessions: sessionsToSee(credential, current, facts) }
}

/**
 * A candidate that the host refused → retired: a refusal that we saw is not proof that it is dead.
 * The epoch rises once more, so that the removal's fence stands above the refused secret and nobody can push it again.
 */
export function demote (credential: Credential, time: string): Credential {
  if (credential.candidate === null) throw new Error('demoted without a candidate')
  const { sentAt: _, wasSent: __, ...refused } = credential.candidate
  return {
    ...credential,
    candidate: null,
    epoch: credential.epoch + 1,
    refusals: credential.refusals + 1,
    retired: [...credential.retired, { ...refused, wasRefused: true, retiredAt: time, notBefore: time, removedAt: credential.kind === 'password' ? time : null }]
  }
}

/**
 * history → retired: the host is as it was when an earlier secret opened it, so what was proven since counts for nothing. A snapshot may hold several keys, and
 * one password. A successor is owed.
 */
export function reopen (credential: Credential, opened: StoredSecret, time: string): Credential {
  const isAlive = (past: PastSecret): boolean => credential.kind === 'ssh-key' || past.epoch === opened.epoch
  const again = credential.history.filter(isAlive).map(({ proof: _, ...secret }): RetiredSecret => ({ ...secret, notBefore: time, removedAt: null }))
  return {
    ...credential,
    history: credential.history.filter((past) => !isAlive(past)),
    retired: [...again.reverse(), ...credential.retired.map((secret) => ({ ...secret, notBefore: time, removedAt: null }))],
    failures: 0,
    lastFailure: null,
    burnedAt: credential.burnedAt ?? time,
    drift: driftFrom(credential.drift, time, opened.fingerprint)
  }
}

/** retired → history, newest first and bounded. */
export function settle (credential: Credential, dead: readonly RetiredSecret[], proof: Proof, facts: Facts): Credential {
  const past: PastSecret[] = dead.map(({ notBefore: _, removedAt: __, ...secret }) => ({ ...secret, proof }))
  return {
    ...credential,
    ...cleared,
    drift: driftEnded(credential.drift, proof.at),
    retired: credential.retired.filter((key) => !dead.some(({ epoch }) => epoch === key.epoch)),
    history: [...past.reverse(), ...credential.history].slice(0, facts.policy.historyLength)
  }
}

/** Progress ends a row of failures. */
const cleared = { failures: 0, refusals: 0, nextAttemptAt: null, lastFailure: null } as const
