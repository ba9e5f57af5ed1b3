import { RekeyError } from '@rekey/domain'
import type { ClientChannel } from 'ssh2'
import type { Connection } from './connection.ts'

/** The command line is always the same: whatever varies comes on stdin, so a host's process list shows nothing. */
const command = 'exec /bin/sh -s'
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

  #count (chunk: Buffer): boolean {
    this.#received += chunk.length
    if (this.#received > mostOutput) this.#connection.fail(new RekeyError('ssh/misbehaved', 'a script\'s output has no end'))
    return this.#received <= mostOutput
  }
}

function markedLine (output: string, marker: string): string | undefined {
  const start = `\n${output}`.indexOf(`\n${marker}`)
  const end = start === -1 ? -1 : output.indexOf('\n', start)
  return end === -1 ? undefined : output.slice(start + marker.length, end).replace(/\r$/, '')
}
