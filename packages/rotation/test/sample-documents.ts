import { Secret } from '@rekey/domain'
import type { Credential, CredentialName, CredentialState, HostRecord, Making, Password, Proof, Survey, UserKey } from '@rekey/domain'

/*
 * Documents in which every field is filled, or as few as may be, to see that nothing is lost where they are stored.
 */

export const at = '2026-01-02T03:04:05.000Z'
const proof: Proof = { by: 'publickey', randomRefused: true, oldRefused: ['SHA256:retired'], newAccepted: 'SHA256:current', ranCommand: true, at }

export function key (label: string, epoch: number): UserKey & Making {
  return {
    privateKey: Secret.of(`-----BEGIN OPENSSH PRIVATE KEY-----\n${label}\n-----END OPENSSH PRIVATE KEY-----\n`),
    publicKey: `ssh-ed25519 AAAA${label}`,
    fingerprint: `SHA256:${label}`,
    epoch,
    order: 0,
    madeAt: at,
    sharedWith: epoch === 3 ? 'backup/twin/root/ssh-key' : null
  }
}

function password (label: string, epoch: number): Password & Making {
  const { order, madeAt, sharedWith } = key(label, epoch)
  return { password: Secret.of(`it's "${label}" \\ $1`), fingerprint: `HMAC-SHA256:${label}`, epoch, order, madeAt, sharedWith }
}

export function hostRecord (zone: string, id: string): HostRecord {
  return { zone, id, address: '127.1.0.1', port: 22, trust: { mode: 'pinned', keys: ['ssh-ed25519 AAAAhost'] }, labels: {}, observe: false, createdAt: at }
}

/** A survey in which every field is filled. */
export function surveyOf ({ zone, host }: CredentialName): Survey {
  const key = { publicKey: `ssh-rsa ${'A'.repeat(32)}`, fingerprint: `SHA256:${'k'.repeat(43)}`, bits: 2048 }
  const account = { account: 'app', uid: 1001, password: 'set', passwordChangedOn: '2026-01-01', root: 'with-password', keys: [{ ...key, restricted: true, since: at }], authorities: [key], privateKeys: [{ fingerprint: key.fingerprint, encrypted: true }], since: at } as const
  const result = { by: 'root', asRoot: true, isComplete: true, sshd: { version: 'OpenSSH_9.2', weak: ['permitrootlogin yes'], otherWays: ['trustedusercakeys'] }, hostKeys: [key], authorities: [key], accounts: [account] }
  return { zone, host, triedAt: at, failure: null, at, result, removals: [{ proposal: 1, at, refused: null }, { proposal: 2, at, refused: 'it is managed' }] }
}

const lock = { campaign: '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b', order: 3, begunAt: at, lockedAt: at, proof: { randomRefused: true, refused: ['SHA256:current', 'SHA256:retired'], recoveryAccepted: 'SHA256:root', at } }

/** A credential in which every field is filled, so that an adapter which forgets one is found. */
export function fullCredential (name: CredentialName): Credential {
  return {
    name,
    kind: 'ssh-key',
    target: { address: '127.1.0.1', port: 22022, hostKeys: ['ssh-ed25519 AAAAhost', 'ecdsa-sha2-nistp256 AAAAother'], account: name.account, via: { host: 'jump', account: 'hop', name: 'ssh-key' } },
    through: { account: 'root', name: 'ssh-key' },
    hostSharedWith: 'backup/twin',
    current: key('current', 3),
    candidate: { ...key('candidate', 4), sentAt: at },
    retired: [{ ...key('retired', 2), wasRefused: true, retiredAt: at, notBefore: at, removedAt: null }],
    history: [{ ...key('past', 1), wasRefused: false, retiredAt: at, proof }],
    epoch: 4,
    refusals: 1,
    hold: { class: 'locked-out', since: at, detail: 'no recorded secret opens the account' },
    lastClearedHold: { class: 'refused-twice', since: at, detail: 'two refusals', clearedAt: at, clearedBy: 'ada', reason: 'the host was repaired' },
    failures: 2,
    nextAttemptAt: at,
    lastFailure: { class: 'unreachable', step: 'prove', code: 'ssh/unreachable', message: 'no connection', at },
    burnedAt: at,
    fenceTampered: { at, seen: 9 },
    drift: { since: at, opened: 'SHA256:older', endedAt: null },
    observe: true,
    observedBy: { by: 'ada', at, reason: 'a freeze' },
    leaving: { by: 'ada (entity-of-ada)', at, reason: 'sold', proposal: 3, order: 2, signedOff: ['SHA256:retired'], leftAt: null },
    sessions: { campaign: '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b', isToEnd: true, at: '2026-01-02T03:04:05.000Z', found: 2, ended: 1, note: 'one stays' },
    lock
  }
}

/** The same, of a password. */
export function fullPassword (name: CredentialName): Credential {
  return {
    ...fullCredential(name),
    kind: 'password',
    current: password('current', 3),
    candidate: { ...password('candidate', 4), sentAt: at },
    retired: [{ ...password('retired', 2), wasRefused: true, retiredAt: at, notBefore: at, removedAt: at }],
    history: [{ ...password('past', 1), wasRefused: false, retiredAt: at, proof: { ...proof, by: 'keyboard-interactive' } }]
  }
}

export function plainCredential (name: CredentialName): Credential {
  const full = fullCredential(name)
  return {
    ...full,
    hostSharedWith: null,
    current: { ...full.current, sharedWith: null },
    candidate: null,
    retired: [],
    history: [],
    refusals: 0,
    hold: null,
    lastClearedHold: null,
    failures: 0,
    nextAttemptAt: null,
    lastFailure: null,
    fenceTampered: null,
    drift: null,
    observe: false,
    observedBy: null,
    leaving: null,
    sessions: { campaign: '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b', isToEnd: true, at: '2026-01-02T03:04:05.000Z', found: 2, ended: 1, note: 'one stays' },
    lock: null
  }
}

export function stateOf (name: CredentialName): CredentialState {
  return {
    ...name,
    kind: 'ssh-key',
    through: 'root/ssh-key',
    status: 'debt',
    fingerprint: 'SHA256:current',
    epoch: 3,
    order: 2,
    hostKeys: ['SHA256:host'],
    madeAt: at,
    verifiedAt: at,
    heartbeat: { at, outcome: 'opened' },
    sharedWith: ['backup/twin/root/ssh-key'],
    debts: [{ fingerprint: 'SHA256:retired', since: at, notBefore: at, class: 'unreachable' }],
    owed: { fingerprint: 'SHA256:current', since: at, notBefore: at, class: 'held' },
    hold: { class: 'locked-out', since: at, detail: 'no recorded secret opens the account' },
    lastFailure: { class: 'unreachable', step: 'prove', code: 'ssh/unreachable', message: 'no connection', at },
    nextAttemptAt: at,
    fenceTampered: { at, seen: 9 },
    drift: { since: at, opened: 'SHA256:older', endedAt: at },
    rotations: [{
      epoch: 3,
      order: 2,
      oldFingerprint: 'SHA256:retired',
      newFingerprint: 'SHA256:current',
      startedAt: at,
      settledAt: at,
      proof
    }],
    observed: true,
    observers: ['zone', 'host'],
    planned: { step: 'store', order: 3 },
    unproven: ['SHA256:retired'],
    leaving: { by: 'ada (entity-of-ada)', at, reason: 'sold', proposal: 3, order: 2, signedOff: ['SHA256:retired'], leftAt: at },
    sessions: { campaign: '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b', isToEnd: true, at: '2026-01-02T03:04:05.000Z', found: 2, ended: 1, note: 'one stays' },
    lock,
    spared: { campaign: lock.campaign, order: 3, why: 'no-recovery' },
    updatedAt: at
  }
}
