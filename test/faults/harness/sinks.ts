import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { VaultHttp } from '@rekey/local'
import type { Redis } from 'ioredis'

/** Every file below a folder. */
export async function filesIn (folder: string): Promise<Buffer[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return await Promise.all(entries.filter((entry) => entry.isFile()).map(async ({ parentPath, name }) => await readFile(join(parentPath, name))))
}

/** Names and values of everything that Redis holds, as its own commands give them out. */
export async function valuesIn (redis: Redis): Promise<Buffer[]> {
  const read: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
    string: async (key) => await redis.get(key),
    hash: async (key) => await redis.hgetall(key),
    list: async (key) => await redis.lrange(key, 0, -1),
    set: async (key) => await redis.smembers(key),
    zset: async (key) => await redis.zrange(key, '0', '-1'),
    stream: async (key) => await redis.xrange(key, '-', '+')
  }
  const keys = await redis.keys('*')
  return await Promise.all(keys.map(async (key) => Buffer.from(`${key}\n${JSON.stringify(await read[await redis.type(key)]?.(key))}`)))
}

/** Every document below a path of a KV mount, with its metadata. */
export async function documentsIn (vault: VaultHttp, mount: string, path: string): Promise<Buffer[]> {
  const listed = await vault.send('LIST', `${mount}/metadata/${path}`)
  const { keys = [] } = listed.body['data'] as { keys?: string[] } | undefined ?? {}
  const found = await Promise.all(keys.map(async (key) => {
    if (key.endsWith('/')) return await documentsIn(vault, mount, `${path}${key}`)
    const parts = await Promise.all(['data', 'metadata'].map(async (kind) => await vault.send('GET', `${mount}/${kind}/${path}${key}`)))
    return [Buffer.from(JSON.stringify([`${path}${key}`, ...parts.map(({ body }) => body)]))]
  }))
  return found.flat()
}

/** Looks again and again at what every process of this machine was called with and has in its environment. */
export class ProcessWatch {
  readonly #seen = { cmdline: new Map<string, Buffer>(), environ: new Map<string, Buffer>() }
  readonly #pids = new Set<number>()
  #rounds = 0
  #isOver = false
  readonly #ended: Promise<void>

  constructor () {
    this.#ended = this.#watch()
  }

  /** Processes that were seen at least once. */
  get pids (): ReadonlySet<number> {
    return this.#pids
  }

  /** Returns when everything that runs now has been looked at. */
  async round (): Promise<void> {
    const next = this.#rounds + 2
    while (this.#rounds < next) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  async end (): Promise<void> {
    this.#isOver = true
    await this.#ended
  }

  what (kind: 'cmdline' | 'environ'): Buffer[] {
    return [...this.#seen[kind].values()]
  }

  async #watch (): Promise<void> {
    while (!this.#isOver) {
      for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
        for (const kind of ['cmdline', 'environ'] as const) {
          // It may have ended since it was listed.
          const text = await readFile(`/proc/${pid}/${kind}`).catch(() => undefined)
          if (text === undefined) continue
          this.#pids.add(Number(pid))
          this.#seen[kind].set(text.toString('latin1'), text)
        }
      }
      this.#rounds += 1
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}
