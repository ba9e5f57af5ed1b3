import type { Outline, Facts } from './facts.ts'
import { isLater, isOrdered, mostRetired } from './facts.ts'
import { handleFence } from './fence.ts'
import { proveDead } from './prove.ts'
import type { Setback } from './setback.ts'
import { currentRefused } from './way-in.ts'
import { demote, newCandidate, promote } from './transitions.ts'
import type { Turn } from './turn.ts'

/**
 * One step of a rotation. Whether it is due follows from the credential's document, the orders in force, the policy and
 * the clock, and from nothing else: a worker that restarts in the middle does what one that never stopped would do next.
 */
export interface Step {
  readonly name: string
  readonly due: (credential: Outline, facts: Facts) => boolean
  /** Does it and records it. Returns what stopped it, or nothing. */
  readonly act: (turn: Turn) => Promise<Setback | undefined>
}

/**
 * A rotation, in order: the first step that is due is done and recorded, until none is.
 *
 *     store ─► push ─► verify, promote ─► (grace) ─► remove ─► prove, settle
 *
 * Three connections: `push` over the old login, `verify` over a fresh one that `remove` goes on to use, and `prove`.
 */
export const steps: readonly Step[] = [
  {
    name: 'store',
    due: (credential, facts) => credential.candidate === null && isOrdered(credential, facts) && credential.retired.length < mostRetired,
    act: store
  },
  {
    name: 'push',
    due: (credential) => credential.candidate !== null && credential.candidate.sentAt === null,
    act: push
  },
  {
    name: 'verify',
    due: (credential) => credential.candidate !== null && credential.candidate.sentAt !== null,
    act: verify
  },
  {
    name: 'remove',
    due: (credential, facts) => credential.retired.some((key) => key.removedAt === null && !isLater(key.notBefore, facts)),
    act: remove
  },
  {
    name: 'prove',
    due: (credential) => credential.retired.some((key) => key.removedAt !== null),
    act: prove
  }
]

/** Stored before pushed: the new secret is in Vault, and was read back, before any host sees it. */
async function store (turn: Turn): Promise<Setback | undefined> {
  const key = turn.ports.keys.make()
  await turn.announce('store', { epoch: turn.credential.epoch + 1, fingerprint: key.fingerprint })
  const owner = await turn.ports.journal.claim('user-key', key.fingerprint, turn.name)
  if (owner !== turn.name) {
    return { class: 'not-sent', code: 'vault/conflict', message: `The new key is claimed by ${owner} already; another one is made at the next attempt.` }
  }
  await turn.save(newCandidate(turn.credential, key, turn.facts))
  const stored = await turn.readBack()
  if (stored.candidate?.privateKey.equals(key.privateKey) !== true) {
    return { class: 'not-sent', code: 'vault/conflict', message: 'The new key was not in Vault when it was read back; nothing was sent to the host.' }
  }
  return undefined
}

/** Adds the candidate beside the old key, over a login with the old one. */
async function push (turn: Turn): Promise<Setback | undefined> {
  const { current } = turn.credential
  const session = await turn.loginWith(current)
  if (session === undefined) return currentRefused(turn)
  const candidate = turn.candidate()
  await turn.announce('push', { epoch: candidate.epoch, fingerprint: candidate.fingerprint })
  await turn.save({ ...turn.credential, candidate: { ...candidate, sentAt: turn.time() } })
  turn.assertMayWrite()
  const change = await turn.sending(() => session.addKey({
    credential: turn.credential.name, epoch: candidate.epoch, key: candidate.publicKey, heir: current.publicKey
  }))
  if (change.outcome === 'applied') {
    turn.pushedEpoch = candidate.epoch
    return undefined
  }
  await turn.save({ ...turn.credential, candidate })
  if (change.outcome === 'refused') {
    return { class: 'refused', code: 'host/refused', message: `The host did not take the new key: ${change.reason}. Nothing was changed; the old key still opens.` }
  }
  return handleFence(turn, change)
}

/**
 * Logs in with the candidate on a fresh connection; only then does it become the current secret.
 * A refusal after a push of this very visit means that the host does not want this key; any other means that the push
 * never arrived, and it is sent again.
 */
async function verify (turn: Turn): Promise<Setback | undefined> {
  const candidate = turn.candidate()
  await turn.announce('verify', { epoch: candidate.epoch, fingerprint: candidate.fingerprint })
  const { verdict, session } = await turn.freshLogin(candidate)
  if (verdict === 'refused') {
    if (turn.pushedEpoch !== candidate.epoch) {
      await turn.save({ ...turn.credential, candidate: { ...candidate, sentAt: null } })
      return undefined
    }
    await turn.save(demote(turn.credential, turn.time()))
    return {
      class: 'refused',
      code: 'host/refused-key',
      message: 'The new key is in the account, but the host refuses a login with it; the old key still opens. Look at sshd\'s log on the host (StrictModes, accepted key types).',
      ...(turn.credential.refusals > 2 ? { hold: 'refused-twice' as const } : {})
    }
  }
  if (session === undefined) {
    return { class: 'outcome-unknown', code: 'host/more-factors', message: 'The new key alone does not log in: the host asks for more factors or offers no public keys. The old key was left as it is.' }
  }
  if (!await session.answersNonce()) {
    return { class: 'outcome-unknown', code: 'host/no-commands', message: 'The new key logs in but runs no commands (forced command or no shell); the old key was left as it is.' }
  }
  await turn.save(promote(turn.credential, turn.facts))
  return undefined
}

/** Takes exactly the retired keys out of every file. Never before their successor has logged in, as `verify` saw it do. */
async function remove (turn: Turn): Promise<Setback | undefined> {
  const { current, retired } = turn.credential
  const session = await turn.loginWith(current)
  if (session === undefined) return currentRefused(turn)
  const going = retired.filter((key) => key.removedAt === null && !isLater(key.notBefore, turn.facts))
  for (const key of going) await turn.announce('remove', { epoch: key.epoch, fingerprint: key.fingerprint })
  turn.assertMayWrite()
  // The document's epoch is above that of each retired key: from now on the host refuses whoever still wants to push one.
  const change = await turn.sending(() => session.removeKeys({
    credential: turn.credential.name, epoch: turn.credential.epoch, keys: going.map((key) => key.publicKey)
  }))
  if (change.outcome === 'refused') {
    return { class: 'applied', code: 'host/refused', message: `The new key is in place, but the host did not let the old one be removed: ${change.reason}. The old key may still open.` }
  }
  if (change.outcome !== 'applied') return handleFence(turn, change)
  const removedAt = turn.time()
  await turn.save({ ...turn.credential, retired: retired.map((key) => going.includes(key) ? { ...key, removedAt } : key) })
  return undefined
}

/** Shows a random key, the old ones and the new one on a fresh connection; only their refusal and its login settle. */
async function prove (turn: Turn): Promise<Setback | undefined> {
  const gone = turn.credential.retired.filter((key) => key.removedAt !== null)
  for (const key of gone) await turn.announce('prove', { epoch: key.epoch, fingerprint: key.fingerprint })
  return proveDead(turn, gone)
}
