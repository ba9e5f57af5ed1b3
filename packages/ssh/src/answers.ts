import type { HostCode } from '@rekey/domain'
import type { Change, SessionsFound, Tally, Verdict } from '@rekey/rotation'
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
  'not-local': 'the account is not in the host\'s own /etc/passwd: its password belongs to a directory (LDAP, NIS), which Rekey does not change; change it there',
  'too-soon': 'the password is too young to be changed (its minimum age, `chage -l`)',
  locked: 'somebody has locked the password (`passwd -S`), and a new one would open it again; unlock it (`passwd -u`), or leave it locked and take it out of Rekey\'s hands',
  'account-expired': 'the account has expired (`chage -l`), so no login could prove a new password; prolong it (`chage -E`)',
  expired: 'the host demands another password before the account may do anything (`chage -l`); change it by hand and hand that one over, or name a credential that changes it (`through`)',
  'used-before': 'the host has seen this password before (its history of passwords)',
  'too-weak': 'the host finds the password too weak: compare its rules (pwquality.conf, login.defs) with the policy\'s passwordLength and passwordSymbols',
  'wrong-present': 'the host\'s passwd does not take the present password, although sshd does: they ask different places (PAM)',
  'needs-terminal': 'the host\'s passwd takes its answers from a terminal only, and the host gives the account none (PermitTTY, no-pty, MaxSessions)',
  'needs-root': 'only root may lock a password, and the recovery credential can\'t become root: give it sudo',
  'no-typing': 'the host\'s passwd takes its answers from a terminal only, and a password holds control characters, which can\'t be typed there: change it by hand',
  'not-changed': 'the host\'s passwd refused without a reason that is known here; try it by hand on the host',
  busy: 'another change of this account is under way, or was left in the middle'
}

/** What is about the account, and was found before anything was written. */
const accountCodes: Readonly<Record<string, HostCode>> = {
  'no-commands': 'host/no-commands',
  'not-local': 'host/not-local',
  'too-soon': 'host/too-young',
  locked: 'host/locked',
  'account-expired': 'host/account-expired',
  expired: 'host/expired'
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
  if (code === 'too-soon' && /^\d{5,6}$/.test(path)) return tooYoung(new Date(Number(path) * 86_400_000))
  return refusedFor(code, { path })
}

function tooYoung (until: Date): Change {
  const day = until.toISOString().slice(0, 10)
  const reason = `the password is too young: it may be changed from ${day} on (its minimum age, \`chage -l\`), and until then it is only looked at once a day whether somebody has lowered that (\`chage -m\`)`
  return { outcome: 'refused', reason, account: { code: 'host/too-young', until: until.toISOString() } }
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
  const state = Object.hasOwn(accountCodes, code) ? accountCodes[code] : undefined
  return {
    outcome: 'refused',
    reason: reason.replace('%', () => shown) + quoted,
    ...(forGood.has(code) ? { forGood: true } : {}),
    ...(state === undefined ? {} : { account: { code: state } })
  }
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

/** @returns nothing when the host shows no processes, or said something else */
export function parseSessions (answer: string | undefined): SessionsFound | undefined {
  const [, found, left] = /^sessions:(\d{1,6}):(\d{1,6})$/.exec(answer ?? '') ?? []
  return found === undefined || left === undefined || Number(left) > Number(found) ? undefined : { found: Number(found), left: Number(left) }
}
