import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { RekeyError } from '@rekey/domain'
import type { FloorReply, FloorRequest, FloorTarget } from './floor-process.ts'

/** The floor in a Node.js process of its own, warm from its second round on, as the worker is. */
export class Floor {
  readonly #process: ChildProcess

  constructor (targets: readonly FloorTarget[], concurrency: number) {
    this.#process = fork(fileURLToPath(new URL('floor-process.js', import.meta.url)), { execArgv: [] })
    this.#send({ targets, concurrency })
  }

  /** @returns seconds for three handshakes with each host */
  async round (): Promise<number> {
    this.#send('round')
    const reply = await Promise.race([
      once(this.#process, 'message').then(([message]) => message as FloorReply),
      once(this.#process, 'exit').then(() => ({ failed: 'its process ended' }))
    ])
    if ('failed' in reply) throw new RekeyError('ssh/dropped', `the floor could not be measured: ${reply.failed}`)
    return reply.seconds
  }

  async stop (): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill()
    await ended
  }

  #send (request: FloorRequest): void {
    this.#process.send(request)
  }
}
