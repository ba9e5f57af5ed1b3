import type { Change, Tally, Verdict } from '@rekey/rotation'
import { highestEpoch } from '@rekey/rotation'

/** Why a script changed nothing, by the code that it reports; `%` stands for the file or folder. */
const reasons: Record<string, string> = {
  'no-commands': 'the account runs no commands (no shell, or a forced command)',
  'no-home': 'the account has no home folder',
  'no-ssh-folder': '% is missing, so the host reads the account\'s keys from somewhere else',
  symlink: '% is a symbolic link: replace it by what it points to',
  'foreign-owner': '% belongs to another user: give it to the account (chown)',
  'cannot-write': '% can\'t be written by the account: look at its mode, and whether the file system is read-only',
  incomplete: '% could not be written in full, or holds zero bytes: is the disk or the quota full?',
  'no-files': 'sshd reads no key file for this account (AuthorizedKeysFile none)',
  'no-heir': 'the key that is to be replaced stands in no key file that sshd reads for this account, so its options are not known',
  'no-program': 'the host has no program to change a password with (% is missing)',
  'not-local': 'the account is not in the host\'s own /etc/passwd: its password belongs to a directory (LDAP, NIS), which Rekey does not change',
  'too-soon': 'the password is too young to be changed (its minimum age, `chage -l`)',
  'used-before': 'the host has seen this password before (its history of passwords)',
  'too-weak': 'the host finds the password too weak: compare its rules (pwquality.conf, login.defs) with the policy\'s passwordLength and passwordSymbols',
  'wrong-present': 'the host\'s passwd does not take the present password, although sshd does: they ask different places (PAM)',
  'needs-terminal': 'the host\'s passwd takes its answers from a terminal only, and the host gives the account none (PermitTTY, no-pty, MaxSessions)',
  'no-typing': 'the host\'s passwd takes its answers from a terminal only, and a password holds control characters, which can\'t be typed there: change it by hand',
  'not-changed': 'the host\'s passwd refused without a reason that is known here; try it by hand on the host',
  busy: 'another change of this account is under way, or was left in the middle'
}

/** A secret that the host will never take. */
const forGood = new Set(['used-before', 'too-weak'])

/**
 * What a script's marked line says. The host wrote it: nothing of it is passed on that we did not expect.
 * @returns nothing when it is not one that a script prints
 */
export function parseChange (answer: string): Change | undefined {
  if (answer === 'applied') return { outcome: 'applied' }
  if (answer === 'fence-unreadable') return { outcome: 'fence-unreadable' }
  const fenced = /^fenced:(\d{1,15})$/.exec(answer)
  if (fenced !== null && Number(fenced[1]) <= highestEpoch) return { outcome: 'fenced', seen: Number(fenced[1]) }
  const [, code = '', path = ''] = /^refused:([a-z-]+):(.*)$/.exec(answer) ?? []
  return refusedFor(code, { path })
}

/**
 * A refusal by its code.
 * @param said the host's own words, if they may be shown
 * @returns nothing when there is no such code
 */
export function refusedFor (code: string, { path = '', said }: { path?: string, said?: string | undefined } = {}): Change | undefined {
  const reason = Object.hasOwn(reasons, code) ? reasons[code] : undefined
  if (reason === undefined) return undefined
  // A host could put anything into the path.
  const shown = /^\/[A-Za-z0-9._/-]{1,120}$/.test(path) ? path : 'the key file or its folder'
  const quoted = said === undefined ? '' : ` (it says: ${said})`
  return { outcome: 'refused', reason: reason.replace('%', () => shown) + quoted, ...(forGood.has(code) ? { forGood: true } : {}) }
}

/** What `su` said to a password. */
export function verdictOfSu (answer: string | undefined): Verdict {
  if (answer === 'accepted' || answer === 'idle') return 'accepted'
  return answer === 'refused' ? 'refused' : 'unclear'
}

/** @returns nothing when the host does not count, or said something else */
export function parseTally (answer: string | undefined): Tally | undefined {
  const [, limit, failures] = /^tally:(\d{1,5}):(\d{1,5})$/.exec(answer ?? '') ?? []
  return limit === undefined || failures === undefined ? undefined : { limit: Number(limit), failures: Number(failures) }
}
