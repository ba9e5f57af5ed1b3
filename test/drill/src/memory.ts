import { readFile } from 'node:fs/promises'
import type { Stack } from '@rekey/local'

/** The most memory that each service had, in MiB, whatever became of its processes. */
export class Memory {
  readonly #most = new Map<string, number>()
  readonly #stack: Stack

  constructor (stack: Stack) {
    this.#stack = stack
  }

  get mebibytes (): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#most)
  }

  async look (): Promise<void> {
    for (const name of ['api', ...this.#stack.zones.map((zone) => `worker-${zone.name}`)]) {
      const pid = this.#stack.service(name)?.pid
      // One that ends meanwhile was looked at a moment ago.
      const status = pid === undefined ? '' : await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
      // VmHWM of proc(5): the peak.
      const peak = Math.round(Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024)
      this.#most.set(name, Math.max(peak, this.#most.get(name) ?? 0))
    }
  }
}
