import type { CampaignRun, Credential, Lock, StoredSecret } from '@rekey/domain'
import { demote } from '../transitions.ts'

/**
 * → to be locked. A successor on its way is given up: it is locked with the others. The epoch rises above it, so that the host's fence stands above
 * whoever still wants to push one; and a successor is owed for the way back.
 */
export function lockBegun (credential: Credential, { campaign, order }: CampaignRun, time: string): Credential {
  const { refusals, burnedAt, epoch } = credential
  const given = credential.candidate === null ? { ...credential, epoch: epoch + 1 } : { ...demote(credential, time), refusals }
  return {
    ...given,
    burnedAt: burnedAt ?? time,
    lock: { campaign, order, begunAt: time, lockedAt: null, proof: null },
    sessions: { campaign, isToEnd: true, at: null, found: null, ended: 0, note: null }
  }
}

/** The host has said that it took it. */
export function lockTaken (credential: Credential, time: string): Credential {
  return { ...credential, failures: 0, nextAttemptAt: null, lastFailure: null, lock: { ...lockOf(credential), lockedAt: time } }
}

/** What was locked opens: somebody has undone it. */
export function lockFailed (credential: Credential): Credential {
  return { ...credential, lock: { ...lockOf(credential), lockedAt: null } }
}

/** locked → proven, and held. A key is in its file still, as a comment: it is taken out on the way back. */
export function lockProven (credential: Credential, { refused, recovery, at }: { readonly refused: readonly StoredSecret[], readonly recovery: StoredSecret, readonly at: string }): Credential {
  const lock = lockOf(credential)
  return {
    ...credential,
    failures: 0,
    nextAttemptAt: null,
    lastFailure: null,
    retired: credential.retired.map((secret) => credential.kind === 'password' ? secret : { ...secret, removedAt: null }),
    lock: { ...lock, proof: { randomRefused: true, refused: refused.map(({ fingerprint }) => fingerprint), recoveryAccepted: recovery.fingerprint, at } },
    hold: {
      class: 'locked-down',
      since: at,
      detail: `The campaign ${lock.campaign} has locked it, and the host refuses it. When people clear this hold, a new secret is put in place over the host's recovery credential; what was locked never opens again.`
    }
  }
}

function lockOf ({ lock }: Credential): Lock {
  if (lock === null) throw new Error('a step was due without the lock that it needs')
  return lock
}
