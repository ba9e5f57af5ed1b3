import type { Credential, PastKey, Proof, RetiredKey, UserKey } from '@rekey/domain'
import type { Facts } from './facts.ts'

/** due → stored. The secret fulfils every order that was read before it was made. */
export function newCandidate (credential: Credential, key: UserKey, facts: Facts): Credential {
  const epoch = credential.epoch + 1
  return {
    ...credential,
    epoch,
    candidate: {
      ...key,
      epoch,
      order: facts.orders.at(-1)?.number ?? 0,
      madeAt: facts.now.toISOString(),
      sharedWith: null,
      sentAt: null
    }
  }
}

/** candidate → current, current → retired, which starts its grace. */
export function promote (credential: Credential, facts: Facts): Credential {
  if (credential.candidate === null) throw new Error('promoted without a candidate')
  const { sentAt: _, ...current } = credential.candidate
  const now = facts.now.getTime()
  const old: RetiredKey = {
    ...credential.current,
    wasRefused: false,
    retiredAt: new Date(now).toISOString(),
    notBefore: new Date(now + facts.policy.graceSeconds * 1000).toISOString(),
    removedAt: null
  }
  return { ...credential, ...cleared, current, candidate: null, retired: [...credential.retired, old] }
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
    retired: [...credential.retired, { ...refused, wasRefused: true, retiredAt: time, notBefore: time, removedAt: null }]
  }
}

/** retired → history, newest first and bounded. */
export function settle (credential: Credential, dead: readonly RetiredKey[], proof: Proof, facts: Facts): Credential {
  const past: PastKey[] = dead.map(({ notBefore: _, removedAt: __, ...key }) => ({ ...key, proof }))
  return {
    ...credential,
    ...cleared,
    retired: credential.retired.filter((key) => !dead.some(({ epoch }) => epoch === key.epoch)),
    history: [...past.reverse(), ...credential.history].slice(0, facts.policy.historyLength)
  }
}

/** Progress ends a row of failures. */
const cleared = { failures: 0, refusals: 0, nextAttemptAt: null, lastFailure: null } as const
