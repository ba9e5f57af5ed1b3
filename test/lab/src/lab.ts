import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { RekeyError } from '@rekey/domain'
import { checkSpecs } from './check-specs.ts'
import { LabHost } from './host.ts'
import { levels } from './network.ts'
import { gone, runs, signal, type ProcessRecord } from './process.ts'
import { checkMachine } from './requirements.ts'
import type { HostSpec } from './spec.ts'

export interface LabOptions {
  /** Where the lab keeps its logs and process records: `DIR/hosts/NAME/`. Made when absent; may lie anywhere. */
  readonly dir: string
  readonly hosts: readonly HostSpec[]
  /** Told in a sentence what goes on. */
  readonly say?: (line: string) => void
}

/** Real hosts, up until `stop`. They outlive the process that started them; then `stopStale` ends them. */
export class Lab {
  readonly dir: string
  readonly hosts: readonly LabHost[]

  constructor (dir: string, hosts: readonly LabHost[]) {
    this.dir = dir
    this.hosts = hosts
  }

  /** @throws RekeyError `host/unknown` */
  host (name: string): LabHost {
    const host = this.hosts.find((one) => one.name === name)
    if (host === undefined) throw new RekeyError('host/unknown', `the lab has no host called ${name}`)
    return host
  }

  /** Ends every process of every host, and with them their mounts. Logs stay in the lab's folder. */
  async stop (): Promise<void> {
    await inParallel(this.hosts, 32, async (host) => await host.remove())
  }
}

/** At most `limit` at a time. When one fails, none is begun any more, and the failure is thrown once those under way have ended. */
async function inParallel<T> (items: readonly T[], limit: number, act: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      await act(item).catch((error: unknown) => {
        queue.length = 0
        throw error
      })
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: limit }, lane))
  for (const result of ended) if (result.status === 'rejected') throw result.reason
}

/**
 * Starts the hosts and resolves when all of them listen.
 * @throws RekeyError `config/invalid` when the machine lacks something, when a lab runs in `dir` already, or when a host does not come up
 *   (then all are stopped again); `input/invalid` or `name/invalid` for a host that can't be
 */
export async function startLab ({ dir, hosts: specs, say = () => undefined }: LabOptions): Promise<Lab> {
  checkSpecs(specs)
  await checkMachine(specs)
  if ((await leftovers(dir)).flat().some(runs)) {
    throw new RekeyError('config/invalid', `a lab runs in ${dir} already: stop it, or give this one another folder`)
  }
  await rm(join(dir, 'hosts'), { recursive: true, force: true })
  await mkdir(join(dir, 'hosts'), { recursive: true, mode: 0o700 })
  const lab = new Lab(dir, specs.map((spec) => new LabHost(spec, join(dir, 'hosts', spec.name))))
  const began = Date.now()
  try {
    for (const level of levels(specs)) {
      await inParallel(level, 2 * availableParallelism(), async ({ name, via }) => {
        const place = { isJump: specs.some((spec) => spec.via === name), ...(via === undefined ? {} : { jumpPid: lab.host(via).pid }) }
        await lab.host(name).create(place)
      })
    }
  } catch (error) {
    await inParallel(lab.hosts, 32, async (host) => await host.remove())
    throw error
  }
  say(`${specs.length} hosts up in ${((Date.now() - began) / 1000).toFixed(1)} s`)
  return lab
}

/** What each host recorded: the process that keeps it, then its sshd. */
async function leftovers (dir: string): Promise<ProcessRecord[][]> {
  const names = await readdir(join(dir, 'hosts')).catch(() => [])
  return await Promise.all(names.map(async (name) => {
    const text = await readFile(join(dir, 'hosts', name, 'processes.json'), 'utf8').catch(() => '[]')
    try {
      return JSON.parse(text) as ProcessRecord[]
    } catch {
      return []
    }
  }))
}

/**
 * Ends what a lab in `dir` left running when its process crashed, or was told to leave it. Only processes that are provably
 * those of the record are touched: same id, same start, same boot.
 * @returns how many hosts were ended
 */
export async function stopStale (dir: string): Promise<number> {
  const alive = (await leftovers(dir)).filter((records) => records.some(runs))
  await inParallel(alive, 32, async ([keeper, sshd]) => {
    if (sshd !== undefined) signal(sshd, 'SIGKILL')
    if (keeper === undefined) return
    // It ends by itself once it has collected its sshd; without one it is still making the disks.
    if (sshd === undefined || !await gone(keeper, 2_000)) signal(keeper, 'SIGKILL')
    if (!await gone(keeper)) throw new RekeyError('config/invalid', `process ${keeper.pid} of the lab in ${dir} does not end`)
  })
  return alive.length
}
