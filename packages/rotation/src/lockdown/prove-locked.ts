import type { SecretValue, StoredSecret } from '@rekey/domain'
import { inGroups } from '../in-groups.ts'
import type { Verdict } from '../ports.ts'
import type { Setback } from '../setback.ts'
import type { Turn } from '../turn.ts'
import { lockFailed, lockProven } from './transitions.ts'

/** Locked secrets that one connection shows after a random one: sshd counts six failures (MaxAuthTries), faillock three. */
const mostShown = { 'ssh-key': 4, password: 1 } as const

/**
 * Shows a random secret and the locked ones. That all are refused in the same way, each by a host that has looked at it, and that the recovery credential
 * opens afterwards, is the proof. Then the credential is held until people let it come back.
 */
export async function proveLocked (turn: Turn): Promise<Setback | undefined> {
  const { current, retired, kind } = turn.credential
  const locked = [current, ...retired]
  await turn.announce('prove-locked', { epoch: turn.credential.epoch, fingerprint: current.fingerprint })
  const { random, verdicts } = await showLocked(turn, locked, mostShown[kind])
  if (random.includes('accepted')) {
    return { class: 'applied', code: 'host/accepts-anything', hold: 'accepts-anything', message: 'The host accepted a secret that was made up a moment ago: it lets anybody in, and no lock keeps anybody out.' }
  }
  const alive = locked.filter((_, index) => verdicts[index] === 'accepted')
  if (alive.length > 0) return await stillOpens(turn, alive)
  if ([...random, ...verdicts].some((verdict) => verdict !== 'refused')) {
    return { class: 'outcome-unknown', code: 'host/no-verdict', message: 'It is locked on the host, which gave no clear answer to it (a second factor, or its method is not on offer), so nothing is proven.' }
  }
  const back = await turn.sessionOfRecovery()
  if ('class' in back) return { ...back, message: `It is locked, and what was to lead back does not: ${back.message}` }
  await turn.save(lockProven(turn.credential, { refused: locked, recovery: turn.recoverySecret(), at: turn.time() }))
  await turn.tellOutcome('prove-locked', 'done')
  return undefined
}

/** It is locked once more at the next attempt. */
async function stillOpens (turn: Turn, alive: readonly StoredSecret[]): Promise<Setback> {
  await turn.save(lockFailed(turn.credential))
  const which = alive.map(({ fingerprint }) => fingerprint).join(', ')
  return turn.credential.kind === 'password'
    ? { class: 'applied', code: 'host/old-password-opens', message: `The password is locked, and it opens (${which}): the host asks another place about passwords. Look at its PAM configuration.` }
    : { class: 'applied', code: 'host/old-key-opens', message: `The key is locked, and it opens (${which}): look for AuthorizedKeysCommand, certificates or another file on the host.` }
}

interface Shown {
  /** One for each connection. */
  readonly random: readonly Verdict[]
  /** On each of the locked ones. */
  readonly verdicts: readonly Verdict[]
}

/** As few connections as will do. */
async function showLocked (turn: Turn, locked: readonly SecretValue[], most: number): Promise<Shown> {
  return await inGroups(most === 1 ? [1] : [most, 1], async (size) => await showInGroups(turn, locked, size))
}

async function showInGroups (turn: Turn, locked: readonly SecretValue[], size: number): Promise<Shown> {
  const random: Verdict[] = []
  const verdicts: Verdict[] = []
  for (let at = 0; at < locked.length; at += size) {
    const [first = 'untried', ...others] = (await turn.contactLocked([await turn.randomSecret(), ...locked.slice(at, at + size)])).verdicts
    random.push(first)
    verdicts.push(...others)
  }
  return { random, verdicts }
}
