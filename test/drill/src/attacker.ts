import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { RekeyError } from '@rekey/domain'
import type { Attempt, Loot } from './attacker-process.ts'
import { Board } from './board.ts'

/** Somebody who holds stolen keys: a process of its own that knows nothing of Rekey, and logs in with them in a loop. */
export class Attacker {
  readonly board: Board
  readonly #process: ChildProcess
  #attempts = 0

  constructor (loot: Loot) {
    this.board = new Board(loot.doors.map(({ name }) => name))
    this.#process = fork(fileURLToPath(new URL('attacker-process.js', import.meta.url)), { execArgv: [], serialization: 'advanced' })
    this.#process.on('message', ({ name, verdict, at }: Attempt) => {
      this.#attempts += 1
      this.board.note(name, verdict, at)
    })
    this.#process.send(loot)
  }

  /** Logins so far. */
  get attempts (): number {
    return this.#attempts
  }

  /** Looks at the board until it is so. @throws RekeyError `input/invalid` after that many seconds */
  async sees (what: string, isSo: (board: Board) => boolean, seconds: number): Promise<void> {
    for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
      if (this.#process.exitCode !== null) throw new RekeyError('internal/error', 'the attacker\'s process has ended')
      if (isSo(this.board)) return
      await wait(100)
    }
    throw new RekeyError('input/invalid', `waited ${seconds} s in vain until the attacker sees: ${what}. He sees ${JSON.stringify(this.board.tally())}`)
  }

  async stop (): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill()
    await ended
  }
}
