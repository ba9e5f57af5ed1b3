import { randomInt } from 'node:crypto'
import type { CredentialName, Secret, SurveyResult } from '@rekey/domain'
import { RekeyError } from '@rekey/domain'
import type { Change, Session, SessionsFound, Tally, Verdict } from '@rekey/rotation'
import type { Connection } from './connection.ts'
import { parseChange, parseSessions, parseTally, verdictOfSu } from './answers.ts'
import { become } from './become.ts'
import { PasswdDialogue } from './passwd-dialogue.ts'
import type { Nonce } from './scripts/render.ts'
import { marker, mostSurvey, newNonce, renderAddKey, renderAskPasswd, renderLockKeys, renderLockPassword, renderNonce, renderQuestion, renderRemoveKeys, renderResetFence, renderSessions, renderSetPassword, renderSurvey } from './scripts/render.ts'
import { Shell } from './shell.ts'
import { parseSurvey } from './survey-answer.ts'

/** What the script that changes a password says of a passwd that asks on a terminal only. */
const needsTerminal = 'refused:needs-terminal:'
/** How long a forced command may wait for more input before it is told that there is none, in milliseconds. */
const helloMs = 3000

/** A login, and the key that opened it, if it was one; or another account on the same connection. */
export class SshSession implements Session {
  readonly #connection: Connection
  readonly #loginKey: string | undefined
  readonly #account: string
  readonly #timeoutMs: number
  /** One shell serves the whole session. It is there once it has answered. */
  #shell: Shell | undefined
  /** A shell was asked for and did not answer; asking again would only take time. */
  #isMute = false
  #demandsPassword = false
  /** It is another account than the one that has logged in, whose shells the connection opens. */
  #became = false
  /** What the session was asked for is done one after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor (connection: Connection, { account, loginKey, timeoutMs }: { account: string, loginKey: string | undefined, timeoutMs: number }) {
    this.#connection = connection
    this.#account = account
    this.#loginKey = loginKey
    this.#timeoutMs = timeoutMs
  }

  async answersNonce (): Promise<boolean> {
    return this.#inTurn(async () => this.#shell?.isOpen === true ? this.#asks(this.#shell, this.#timeoutMs) : this.#greet(helloMs))
  }

  async demandsPassword (): Promise<boolean> {
    return Promise.resolve(this.#demandsPassword)
  }

  async addKey (change: { credential: CredentialName, epoch: number, key: string, heir: string, orphan?: boolean }): Promise<Change> {
    return this.#change((nonce) => renderAddKey(nonce, { ...change, forAnother: this.#isFor(change.credential) }))
  }

  async removeKeys (change: { credential: CredentialName, epoch: number, keys: readonly string[] }): Promise<Change> {
    return this.#isOwnAmong(change.keys) ?? this.#change((nonce) => renderRemoveKeys(nonce, { ...change, forAnother: this.#isFor(change.credential) }))
  }

  async setPassword (change: { credential: CredentialName, epoch: number, from: Secret, to: Secret }): Promise<Change> {
    const nonce = newNonce()
    const script = renderSetPassword(nonce, { ...change, forAnother: this.#isFor(change.credential) })
    return this.#inTurn(async () => {
      const told = await this.#tell(script, nonce)
      return told === needsTerminal && !this.#became ? await this.#askPasswd(change) : changeOf(told)
    })
  }

  async lockKeys (change: { credential: CredentialName, epoch: number, keys: readonly string[] }): Promise<Change> {
    return this.#isOwnAmong(change.keys) ?? this.#change((nonce) => renderLockKeys(nonce, { ...change, forAnother: this.#isFor(change.credential) }))
  }

  async lockPassword (change: { credential: CredentialName, epoch: number }): Promise<Change> {
    return this.#change((nonce) => renderLockPassword(nonce, { ...change, forAnother: this.#isFor(change.credential) }))
  }

  async resetFence (change: { credential: CredentialName, epoch: number }): Promise<Change> {
    return this.#change((nonce) => renderResetFence(nonce, { ...change, forAnother: this.#isFor(change.credential) }))
  }

  async become (account: string, password?: Secret): Promise<Session | undefined> {
    return this.#inTurn(async () => {
      const shell = await Shell.open(this.#connection, this.#timeoutMs)
      if (shell === undefined || !await this.#asks(shell, this.#timeoutMs)) return undefined
      if (!await become(shell, { from: this.#account, to: account, password }, this.#timeoutMs)) return undefined
      const session = new SshSession(this.#connection, { account, loginKey: this.#loginKey, timeoutMs: this.#timeoutMs })
      session.#shell = shell
      session.#became = true
      return session
    })
  }

  async judge (account: string, passwords: readonly Secret[]): Promise<{ verdicts: Verdict[], ranCommand: boolean }> {
    const verdicts: Verdict[] = passwords.map(() => 'untried')
    let ranCommand = false
    for (const [index, password] of passwords.entries()) {
      const said = await this.#ask((nonce) => renderQuestion('su', nonce, { account, password }))
      verdicts[index] = verdictOfSu(said)
      ranCommand = said === 'accepted'
      if (verdicts[index] !== 'refused') break
    }
    return { verdicts, ranCommand }
  }

  async keepsKeysOf (account: string): Promise<boolean> {
    return this.#account === 'root' && await this.#ask((nonce) => renderQuestion('elsewhere', nonce, { account })) === 'yes'
  }

  async tally (account: string): Promise<Tally | undefined> {
    return parseTally(await this.#ask((nonce) => renderQuestion('tally', nonce, { account })))
  }

  async liveSessions (account: string, { isToEnd }: { isToEnd: boolean }): Promise<SessionsFound | undefined> {
    return parseSessions(await this.#ask((nonce) => renderSessions(nonce, { account, isToEnd })))
  }

  async survey (at: string): Promise<SurveyResult | undefined> {
    const nonce = newNonce()
    return this.#inTurn(async () => {
      if (this.#shell?.isOpen !== true && !await this.#greet(this.#timeoutMs)) return undefined
      this.#shell?.expect(mostSurvey)
      const told = await this.#shell?.run(renderSurvey(nonce, Math.floor(this.#timeoutMs / 2000)), marker(nonce), this.#timeoutMs)
      return told === undefined ? undefined : parseSurvey(told, at)
    })
  }

  async close (): Promise<void> {
    await this.#connection.close()
  }

  /**
   * A change is sent only to a shell that has answered: before that, an rc file might swallow the beginning of the
   * script and leave the rest to be executed, and an account with a forced command would take it for its input.
   */
  async #change (render: (nonce: Nonce) => string): Promise<Change> {
    const nonce = newNonce()
    const script = render(nonce)
    return this.#inTurn(async () => changeOf(await this.#tell(script, nonce)))
  }

  /** @returns what the script answered, or what was known without it */
  async #tell (script: string, nonce: Nonce): Promise<string | undefined> {
    if (this.#shell?.isOpen !== true && !await this.#greet(this.#timeoutMs)) return this.#demandsPassword ? 'refused:expired:' : 'refused:no-commands:'
    if (this.#shell?.isOpen !== true) throw new RekeyError('ssh/timeout', 'the host took too long to start a shell; nothing was sent')
    return await this.#shell.run(script, marker(nonce), this.#timeoutMs)
  }

  /** The same change where passwd asks on a terminal: the script there takes the lock and looks at the fence again. */
  async #askPasswd ({ credential, epoch, from, to }: { credential: CredentialName, epoch: number, from: Secret, to: Secret }): Promise<Change> {
    if ([from, to].some((secret) => /\p{Cc}/u.test(secret.open()))) return changeOf('refused:no-typing:')
    const shell = await Shell.openOnTerminal(this.#connection, this.#timeoutMs)
    try {
      if (shell === undefined || !await this.#asks(shell, this.#timeoutMs)) return changeOf(needsTerminal)
      const nonce = newNonce()
      const begun = await shell.run(renderAskPasswd(nonce, { credential, epoch }), marker(nonce), this.#timeoutMs)
      if (begun !== 'asks') return changeOf(begun)
      const dialogue = new PasswdDialogue({ from, to })
      const status = await shell.converse((chunk) => dialogue.hear(chunk), { after: `${marker(nonce)}asks`, marker: `${marker(nonce)}ended:` }, this.#timeoutMs)
      return (/^\d{1,3}$/.test(status ?? '') ? dialogue.judge(Number(status)) : undefined) ?? changeOf(undefined)
    } finally {
      shell?.close()
    }
  }

  /** What takes a way in away, goes over another one. */
  #isOwnAmong (keys: readonly string[]): Change | undefined {
    if (this.#loginKey === undefined || !keys.includes(this.#loginKey)) return undefined
    return { outcome: 'refused', reason: 'the key to remove is the one that this session is logged in with, so nothing shows that another one opens' }
  }

  /** Whether we act for another account than our own. */
  #isFor ({ account }: CredentialName): boolean {
    return account !== this.#account
  }

  /** Asks what changes nothing. */
  async #ask (render: (nonce: Nonce) => string): Promise<string | undefined> {
    const nonce = newNonce()
    return this.#inTurn(async () => {
      if (this.#shell?.isOpen !== true && !await this.#greet(this.#timeoutMs)) return undefined
      return await this.#shell?.run(render(nonce), marker(nonce), this.#timeoutMs)
    })
  }

  /** Opens a shell. It is kept when it answers. */
  async #greet (patienceMs: number): Promise<boolean> {
    if (this.#isMute) return false
    const shell = await Shell.open(this.#connection, this.#timeoutMs)
    this.#isMute = shell === undefined || !await this.#asks(shell, patienceMs)
    if (!this.#isMute) this.#shell = shell
    // What sshd lets PAM say to an exec without a terminal.
    else this.#demandsPassword = shell?.hasSaid('Password change required') === true
    return !this.#isMute
  }

  async #asks (shell: Shell, patienceMs: number): Promise<boolean> {
    const nonce = newNonce()
    const { script, answer } = renderNonce(nonce, [randomInt(1e9), randomInt(1e9)])
    return await shell.run(script, marker(nonce), this.#timeoutMs, Math.min(patienceMs, this.#timeoutMs / 2)) === answer
  }

  async #inTurn<T> (act: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(act, act)
    this.#last = mine.catch(() => {})
    return mine
  }
}

/** @throws RekeyError `ssh/misbehaved` when a script said nothing that it can say */
function changeOf (answer: string | undefined): Change {
  const change = answer === undefined ? undefined : parseChange(answer)
  if (change === undefined) throw new RekeyError('ssh/misbehaved', 'the script on the host came to no end that it knows; whether anything was changed is unknown')
  return change
}
