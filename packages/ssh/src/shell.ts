import { RekeyError } from '@rekey/domain'
import type { ClientChannel } from 'ssh2'
import type { Connection } from './connection.ts'

/** The command line is always the same: whatever varies comes on stdin, so a host's process list shows nothing. */
const command = 'exec /bin/sh -s'
/**
 * The same on a terminal, where a shell would take itself for an interactive one, prompts and all, unless its output goes elsewhere. The
 * terminal stays at hand as descriptor 8, and `toTerminal` is the first that such a shell is told.
 */
const commandOnTerminal = 'exec /bin/sh -c "exec /bin/sh -s 8>&1 >/dev/null 2>&1"'
const toTerminal = 'exec >&8 2>&8\n'
/** Nothing that is typed is echoed, where the host heeds that; and what ends all input is what we think it is (RFC 4254, section 8). */
const terminal = { term: 'dumb', cols: 200, rows: 24, modes: { ECHO: 0, VEOF: 4 } } as const
/** All that one shell may print, rc files included, in bytes. */
const mostOutput = 64 * 1024

/**
 * A POSIX shell of the account that waits for scripts. Each is fed on stdin and answers by one marked line; all other
 * output is ignored.
 */
export class Shell {
  readonly #connection: Connection
  readonly #channel: ClientChannel
  #output = ''
  #complaints = ''
  #received = 0
  #most = mostOutput
  #isEnded = false
  #onOutput: () => void = () => {}

  private constructor (connection: Connection, channel: ClientChannel) {
    this.#connection = connection
    this.#channel = channel
    channel.on('data', (chunk: Buffer) => {
      if (!this.#count(chunk)) return
      this.#output += chunk.toString('latin1')
      this.#onOutput()
    })
    channel.stderr.on('data', (chunk: Buffer) => { if (this.#count(chunk)) this.#complaints += chunk.toString('latin1') })
    channel.on('error', () => {})
    channel.on('close', () => {
      this.#isEnded = true
      this.#onOutput()
    })
  }

  /** @returns nothing when the host starts no command for this account */
  static async open (connection: Connection, timeoutMs: number): Promise<Shell | undefined> {
    connection.allow(4 * mostOutput)
    return connection.until('starting a shell', timeoutMs, (resolve) => {
      connection.client.exec(command, (error, channel) => resolve(error === undefined ? new Shell(connection, channel) : undefined))
    })
  }

  /** A shell on a terminal of its own. @returns nothing when the host gives this account none */
  static async openOnTerminal (connection: Connection, timeoutMs: number): Promise<Shell | undefined> {
    connection.allow(4 * mostOutput)
    const shell = await connection.until<Shell | undefined>('starting a shell on a terminal', timeoutMs, (resolve) => {
      connection.client.exec(commandOnTerminal, { pty: terminal }, (error, channel) => resolve(error === undefined ? new Shell(connection, channel) : undefined))
    })
    if (shell?.isOpen === true) shell.#channel.write(toTerminal)
    return shell
  }

  /** Whether the host said this on stderr. Nothing of it is passed on. */
  hasSaid (text: string): boolean {
    return this.#complaints.includes(text)
  }

  /** Whether it can be given a script. */
  get isOpen (): boolean {
    return !this.#isEnded && this.#channel.writable
  }

  /**
   * Runs a script.
   * @param marker what its line begins with, unguessable
   * @param patienceMs how long before the shell is told that nothing more will come, which ends whatever only waits for that
   * @returns the rest of that line, or nothing when the shell ended without it
   * @throws RekeyError `ssh/timeout`, `ssh/dropped`, `ssh/misbehaved`: whether the script ran is then unknown
   */
  async run (script: string, marker: string, timeoutMs: number, patienceMs = timeoutMs): Promise<string | undefined> {
    const patience = setTimeout(() => this.#channel.end(), patienceMs)
    try {
      return await this.#connection.until('a script', timeoutMs, (resolve) => {
        this.#onOutput = () => {
          const answer = markedLine(this.#output, marker)
          if (answer !== undefined || this.#isEnded) resolve(answer)
        }
        if (this.isOpen) this.#channel.write(script)
        this.#onOutput()
      })
    } finally {
      clearTimeout(patience)
      this.#onOutput = () => {}
    }
  }

  /**
   * Goes on with what a script has begun that talks: hears what is printed after the line that begins with `after`, and types what
   * `hear` answers.
   * @param marker what the line begins with that ends it
   * @returns the rest of that line, or nothing when the shell ended without it
   * @throws RekeyError as `run`
   */
  async converse (hear: (chunk: string) => string | undefined, { after, marker }: { after: string, marker: string }, timeoutMs: number): Promise<string | undefined> {
    let heard = this.#output.indexOf('\n', this.#output.indexOf(`\n${after}`) + 1) + 1
    try {
      return await this.#connection.until('a dialogue', timeoutMs, (resolve) => {
        this.#onOutput = () => {
          const answer = hear(this.#output.slice(heard))
          heard = this.#output.length
          if (answer !== undefined && this.isOpen) this.#channel.write(answer)
          const end = markedLine(this.#output, marker)
          if (end !== undefined || this.#isEnded) resolve(end)
        }
        this.#onOutput()
      })
    } finally {
      this.#onOutput = () => {}
    }
  }

  /** Lets it print so many bytes more: for what may have much to tell. */
  expect (bytes: number): void {
    this.#most += bytes
    this.#connection.allow(4 * bytes)
  }

  /** Ends it and whatever it runs. The connection stays. */
  close (): void {
    if (!this.#isEnded) this.#channel.close()
  }

  #count (chunk: Buffer): boolean {
    this.#received += chunk.length
    if (this.#received > this.#most) this.#connection.fail(new RekeyError('ssh/misbehaved', 'a script\'s output has no end'))
    return this.#received <= this.#most
  }
}

function markedLine (output: string, marker: string): string | undefined {
  const start = `\n${output}`.indexOf(`\n${marker}`)
  const end = start === -1 ? -1 : output.indexOf('\n', start)
  return end === -1 ? undefined : output.slice(start + marker.length, end).replace(/\r$/, '')
}
