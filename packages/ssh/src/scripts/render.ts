import { randomBytes } from 'node:crypto'
import type { CredentialName } from '@rekey/domain'
import type { Secret } from '@rekey/domain'
import { checkName, formatName } from '@rekey/domain'
import { highestEpoch } from '@rekey/rotation'
import { listedKeyPattern, publicKeyPattern } from '../public-key.ts'
import { basics, whereabouts } from './account.ts'
import { askKeysElsewhere, askSu, askSudo, askTally } from './questions.ts'
import { addKey } from './add-key.ts'
import { fence } from './fence.ts'
import { lock } from './lock.ts'
import { lockPassword } from './lock-password.ts'
import { removeKeys } from './remove-keys.ts'
import { resetFence } from './reset-fence.ts'
import { askPasswd, setPassword } from './set-password.ts'
import { replacement } from './replacement.ts'
import { endSessions } from './sessions.ts'
import { sh } from './sh.ts'
import { otherWays, settingsAskedFor, survey } from './survey.ts'

/** Two random halves of lower-case hex digits: a script prints them joined, so only one that ran can answer. */
export interface Nonce {
  readonly a: string
  readonly b: string
}

export function newNonce (): Nonce {
  return { a: randomBytes(8).toString('hex'), b: randomBytes(8).toString('hex') }
}

/** What a script's one line begins with. */
export function marker ({ a, b }: Nonce): string {
  return `rekey:${a}${b}:`
}

/** What a script finds around it. Tests put a folder in place of the account's home. */
export interface Surroundings {
  readonly path: string
  /** Empty: the account's home as the host's user database has it. */
  readonly home: string
  /** How long another change of the same account is waited for, in seconds. */
  readonly patienceSeconds: number
  /** How long a passwd on a terminal may wait for its answers, in seconds: well below the minute after which a lock counts as left. */
  readonly answerSeconds: number
}

export const ordinarySurroundings: Surroundings = {
  path: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin',
  home: '',
  patienceSeconds: 8,
  answerSeconds: 30
}

/** Where root keeps lock and fence of accounts that it changes. */
const rootsPlace = '/var/lib/rekey'

interface ChangeOf {
  readonly credential: CredentialName
  readonly epoch: number
  /** Root acts for another account, and keeps lock and fence where that account can't reach them. */
  readonly forAnother?: boolean
}

const foundation = [basics, whereabouts, lock, fence, replacement]
const prepare = sh`
  rekey_start
  rekey_find_account
  rekey_find_files
  rekey_lock
  rekey_check_fence
`
const prepareForPassword = prepare.replace('  rekey_find_files\n', '')

export function renderAddKey (nonce: Nonce, change: ChangeOf & { key: string, heir: string, orphan?: boolean }, surroundings = ordinarySurroundings): string {
  return render([...foundation, addKey], prepare + '  rekey_add_key\n', {
    ...changeValues(nonce, change, surroundings),
    key: checkKey(change.key),
    heir: checkKey(change.heir),
    orphan: change.orphan === true ? '1' : '',
    comment: `rekey:${formatName(change.credential)}`
  })
}

export function renderRemoveKeys (nonce: Nonce, change: ChangeOf & { keys: readonly string[], isToLock?: boolean }, surroundings = ordinarySurroundings): string {
  return render([...foundation, removeKeys], prepare + '  rekey_remove_keys\n', {
    ...changeValues(nonce, change, surroundings),
    keys: change.keys.map((key) => checkKey(key, listedKeyPattern)).join(','),
    lock: change.isToLock === true ? '1' : ''
  })
}

/** Makes comments of the lines instead. */
export function renderLockKeys (nonce: Nonce, change: ChangeOf & { keys: readonly string[] }, surroundings = ordinarySurroundings): string {
  return renderRemoveKeys(nonce, { ...change, isToLock: true }, surroundings)
}

export function renderLockPassword (nonce: Nonce, change: ChangeOf, surroundings = ordinarySurroundings): string {
  return render([...foundation, lockPassword], prepareForPassword + '  rekey_lock_password\n', changeValues(nonce, change, surroundings))
}

export function renderSetPassword (nonce: Nonce, change: ChangeOf & { from: Secret, to: Secret }, surroundings = ordinarySurroundings): string {
  return render([...foundation, setPassword], prepareForPassword + '  rekey_set_password\n', {
    ...changeValues(nonce, change, surroundings),
    from: change.from.open(),
    to: change.to.open()
  })
}

/** For a shell on a terminal: the secrets are typed, and not in it. */
export function renderAskPasswd (nonce: Nonce, change: ChangeOf, surroundings = ordinarySurroundings): string {
  return render([...foundation, askPasswd], prepareForPassword + '  rekey_ask_passwd\n', {
    ...changeValues(nonce, change, surroundings),
    deadline: String(surroundings.answerSeconds)
  })
}

export function renderResetFence (nonce: Nonce, change: ChangeOf, surroundings = ordinarySurroundings): string {
  const prepareToReset = prepare.replace('  rekey_find_files\n', '').replace('  rekey_check_fence\n', '')
  return render([...foundation, resetFence], prepareToReset + '  rekey_reset_fence\n', changeValues(nonce, change, surroundings))
}

/**
 * A script that proves that the account runs commands. It is the first that a shell gets, so it is one line, after two
 * empty ones that an rc file may swallow.
 * @returns it, and the answer that echoing it can't give
 */
export function renderNonce ({ a, b }: Nonce, [one, two]: readonly [number, number]): { script: string, answer: string } {
  return { script: `\n\nprintf '\\nrekey:%s%s:%s\\n' '${a}' '${b}' "$((${one} + ${two}))"\n`, answer: String(one + two) }
}

function changeValues (nonce: Nonce, { credential, epoch, forAnother = false }: ChangeOf, { path, home, patienceSeconds }: Surroundings): Record<string, string> {
  if (!Number.isSafeInteger(epoch) || epoch < 1 || epoch > highestEpoch) throw new RangeError('an epoch is a number from 1 to 999999999999999')
  return {
    nonce_a: nonce.a,
    nonce_b: nonce.b,
    PATH: path,
    home,
    patience: String(patienceSeconds),
    account: checkName('account', credential.account),
    name: (forAnother ? `${credential.account}.` : '') + checkName('credential', credential.name),
    epoch: String(epoch),
    place: forAnother ? rootsPlace : '',
    orphan: '',
    to: ''
  }
}

function checkKey (key: string, pattern = publicKeyPattern): string {
  if (!pattern.test(key)) throw new TypeError('a key is `type base64`')
  return key
}

const questions = {
  su: { script: askSu, call: 'rekey_ask_su' },
  elsewhere: { script: askKeysElsewhere, call: 'rekey_ask_elsewhere' },
  sudo: { script: askSudo, call: 'rekey_ask_sudo' },
  tally: { script: askTally, call: 'rekey_ask_tally' }
}

/** A script that changes nothing and answers a question about an account. */
export function renderQuestion (question: keyof typeof questions, nonce: Nonce, { account, password }: { account: string, password?: Secret }, { path } = ordinarySurroundings): string {
  const { script, call } = questions[question]
  return render([script], `  ${call} </dev/null\n`, {
    nonce_a: nonce.a,
    nonce_b: nonce.b,
    PATH: path,
    account: checkName('account', account),
    home: '',
    password: password?.open() ?? ''
  })
}

/** A script that counts the account's live logins but for our own, and may end them. */
export function renderSessions (nonce: Nonce, { account, isToEnd }: { account: string, isToEnd: boolean }, { path } = ordinarySurroundings): string {
  return render([endSessions], '  rekey_sessions </dev/null\n', {
    nonce_a: nonce.a,
    nonce_b: nonce.b,
    PATH: path,
    account: checkName('account', account),
    to_end: isToEnd ? '1' : ''
  })
}

/** All that a survey may tell, in bytes: a Vault takes a document of 1 MiB at most. */
export const mostSurvey = 256 * 1024

/** A script that looks at the whole host, or as anybody but root at the account itself. @param seconds after which it ends with what it has */
export function renderSurvey (nonce: Nonce, seconds: number, { path } = ordinarySurroundings): string {
  return render([basics, whereabouts, survey], '  rekey_survey\n', {
    nonce_a: nonce.a,
    nonce_b: nonce.b,
    PATH: path,
    most: String(mostSurvey),
    seconds: String(seconds),
    settings: settingsAskedFor.join(','),
    ways: otherWays.join(',')
  })
}

/**
 * One compound command, which a shell reads to its end before it executes any of it: of a script that was cut off,
 * nothing happens. The subshell keeps all that happens, and the lock, from the shell that reads the scripts.
 */
function render (pieces: readonly string[], body: string, values: Record<string, string>): string {
  const assignments = Object.entries(values).map(([name, value]) => {
    if (/[\0\r\n]/.test(value)) throw new TypeError(`${name} is more than one line`)
    return `  ${name}='${value.replaceAll('\'', '\'\\\'\'')}'\n`
  })
  return `{\n${pieces.join('')}rekey_values() {\n${assignments.join('')}}\nrekey_main() {\n  rekey_values\n${body}}\n(rekey_main); }\n`
}
