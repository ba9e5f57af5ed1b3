import type { Credential, PastSecret, Proof, RetiredSecret, SecretValue } from '@rekey/domain'
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
  const { sentAt: _, ...current } = credential.candidate
  const now = facts.now.getTime()
  const isReplaced = credential.kind === 'password'
  const old: RetiredSecret = {
    ...credential.current,
    wasRefused: false,
    retiredAt: new Date(now).toISOString(),
    notBefore: new Date(now + (isReplaced ? 0 : facts.policy.graceSeconds * 1000)).toISOString(),
    removedAt: isReplaced ? new Date(now).toISOString() : null
  }
  return { ...credential, ...cleared, burnedAt: null, current, candidate: null, retired: [...credential.retired, old] }
}

/**
 * A candidate that the host refused → retired: a refusal that we saw is not proof that it is dead.
 * The epoch rises once more, so that the removal's fence stands above the refused secret and nobody can push it again.
 */
export function demote (credential: Credential, time: string): Credential {
  if (credential.candidate === null) throw new Error('demoted without a candidate')
  const { sentAt: _, ...refused } = credential.candidate
  return {
    ...credential,
    candidate: null,
    epoch: credential.epoch + 1,
    refusals: credential.refusals + 1,
    retired: [...credential.retired, { ...refused, wasRefused: true, retiredAt: time, notBefore: time, removedAt: credential.kind === 'password' ? time : null }]
  }
}

/** retired → history, newest first and bounded. */
export function settle (credential: Credential, dead: readonly RetiredSecret[], proof: Proof, facts: Facts): Credential {
  const past: PastSecret[] = dead.map(({ notBefore: _, removedAt: __, ...secret }) => ({ ...secret, proof }))
  return {
    ...credential,
    ...cleared,
    retired: credential.retired.filter((key) => !dead.some(({ epoch }) => epoch === key.epoch)),
    history: [...past.reverse(), ...credential.history].slice(0, facts.policy.historyLength)
  }
}

/** Progress ends a row of failures. */
const cleared = { failures: 0, refusals: 0, nextAttemptAt: null, lastFailure: null } as const
