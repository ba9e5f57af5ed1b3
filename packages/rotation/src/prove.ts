import type { RetiredSecret, SecretValue } from '@rekey/domain'
import { inGroups } from './in-groups.ts'
import type { Contact, Verdict } from './ports.ts'
import type { Setback } from './setback.ts'
import { settle } from './transitions.ts'
import type { Turn } from './turn.ts'
import { noneOpens } from './locked-out.ts'
import { currentRefused } from './way-in.ts'

/** Wrong secrets that one connection shows before the right one: sshd counts six failures (MaxAuthTries), faillock three. */
const mostWrong = { 'ssh-key': 5, password: 2 } as const

/** Proves that the host refuses these secrets while it accepts the current one, and settles them. */
export async function proveDead (turn: Turn, dead: readonly RetiredSecret[]): Promise<Setback | undefined> {
  const { current, kind } = turn.credential
  const random = await turn.randomSecret()
  const room = kind === 'password' ? await roomForFailures(turn) : mostWrong[kind]
  if (typeof room !== 'number') return room
  const { verdicts: [randomVerdict, ...old], last } = await showAll(turn, [random, ...dead], room)

  if (randomVerdict === 'accepted') {
    return { class: 'applied', code: 'host/accepts-anything', hold: 'accepts-anything', message: 'The host accepted a secret that was made up a moment ago: it lets anybody in, and no proof is possible.' }
  }
  const alive = dead.filter((_, index) => old[index] === 'accepted')
  if (alive.length > 0) return stillOpens(turn, alive)
  const accepted = last.verdicts.at(-1)
  if (randomVerdict === 'refused' && accepted === 'refused') return kind === 'password' ? noneOpens(turn) : currentRefused(turn)
  if (randomVerdict !== 'refused' || old.some((verdict) => verdict !== 'refused') || accepted !== 'accepted' || last.session === undefined || last.by === undefined) {
    return { class: 'outcome-unknown', code: 'host/no-verdict', message: 'The host gave no clear answer to the old secret (a second factor, or its method is not on offer), so nothing is proven; it stays a debt.' }
  }
  const ranCommand = last.ranCommand ?? await last.session.answersNonce()
  if (!ranCommand && turn.credential.through === null) {
    return { class: 'outcome-unknown', code: 'host/no-commands', message: 'The new secret logs in but runs no commands, so nothing is proven; the old one stays a debt.' }
  }
  const known = turn.credential.history.length + dead.length
  await turn.save(settle(turn.credential, dead, {
    by: last.by, randomRefused: true, oldRefused: dead.map((secret) => secret.fingerprint), newAccepted: current.fingerprint, ranCommand, at: turn.time()
  }, turn.facts))
  if (turn.credential.history.length < known) await turn.forgetOlder()
  return undefined
}

/** A key that still opens is removed once more; of a password the host seems to know two. */
async function stillOpens (turn: Turn, alive: readonly RetiredSecret[]): Promise<Setback> {
  const which = alive.map((secret) => secret.fingerprint).join(', ')
  if (turn.credential.kind === 'password') {
    return { class: 'applied', code: 'host/old-password-opens', message: `The new password opens, and so does an old one (${which}): the host asks more than one place about passwords. Look at its PAM configuration.` }
  }
  await turn.save({ ...turn.credential, retired: turn.credential.retired.map((key) => alive.some(({ epoch }) => epoch === key.epoch) ? { ...key, removedAt: null } : key) })
  return { class: 'applied', code: 'host/old-key-opens', message: `The new key opens, and so does an old one (${which}) although it is in no authorized_keys file: look for AuthorizedKeysCommand, certificates or another file on the host.` }
}

/** How many wrong passwords one connection may show without closing the account to everybody. @returns nothing where the rotation goes on from an earlier secret */
async function roomForFailures (turn: Turn): Promise<number | Setback | undefined> {
  const { current, through } = turn.credential
  // Where it is refused, somebody has changed it, and more wrong ones would close the account to him.
  if (through === null && turn.openedBy(current) === undefined && (await turn.contact([current])).verdicts[0] === 'refused') return await currentRefused(turn)
  const tally = await turn.tally()
  if (tally === undefined) return mostWrong.password
  const room = Math.min(mostWrong.password, tally.limit - 1 - tally.failures)
  return room >= 1
    ? room
    : {
        class: 'outcome-unknown',
        code: 'host/tally',
        message: `The host counts ${tally.failures} wrong passwords and closes the account at ${tally.limit} (pam_faillock), so a proof would lock it. The new password is in place; the proof waits until the count has gone down (faillock --user, deny).`
      }
}

interface Showing {
  /** On each of the wrong ones, in their order. */
  readonly verdicts: readonly Verdict[]
  readonly last: Contact
}

/**
 * As few connections as will do, each of which ends with the current secret, whose success resets the host's count of
 * failures. A host that counts more strictly ends it in between; then each wrong one gets a connection of its own.
 */
async function showAll (turn: Turn, wrong: readonly SecretValue[], room: number): Promise<Showing> {
  return await inGroups([room, 1], async (size) => await showInGroups(turn, wrong, size), async () => {
    // The wrong passwords were counted, and only a right one clears that.
    if (turn.credential.kind === 'password') await turn.contact([turn.credential.current])
  })
}

async function showInGroups (turn: Turn, wrong: readonly SecretValue[], size: number): Promise<Showing> {
  const verdicts: Verdict[] = []
  for (let at = 0; ; at += size) {
    const group = wrong.slice(at, at + size)
    const last = await turn.contact([...group, turn.credential.current])
    verdicts.push(...last.verdicts.slice(0, group.length))
    // The current one must have been accepted each time: only then was it the wrong one that was refused.
    if (at + size >= wrong.length || last.verdicts.at(-1) !== 'accepted') {
      return { verdicts: wrong.map((_, index) => verdicts[index] ?? 'untried'), last }
    }
  }
}
