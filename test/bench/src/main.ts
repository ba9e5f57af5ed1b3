import { copyFile, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { isRekeyError, RekeyError } from '@rekey/domain'
import { stateRoot } from '@rekey/local'
import type { Mixed, Round } from './arithmetic.ts'
import { summarise } from './arithmetic.ts'
import { measureAccept } from './accept.ts'
import { Floor } from './floor.ts'
import type { BenchOptions } from './options.ts'
import { parseOptions, usage } from './options.ts'
import { table } from './report.ts'
import { measureScan } from './scan.ts'
import { System } from './system.ts'

const folder = join(stateRoot, 'bench')
/** What has to be stopped, whatever happens; the latest first. */
const running: Array<() => Promise<unknown>> = []

/** Progress goes to stderr, so that stdout holds the result. */
function say (line: string): void {
  process.stderr.write(`${line}\n`)
}

async function main (options: BenchOptions): Promise<void> {
  const { hosts, concurrency, rounds, json, memory, passwords, profile, accept, scan } = options
  await System.clear(folder)
  if (accept !== undefined) {
    process.stdout.write(`${JSON.stringify(await measureAccept(folder, accept, say, (end) => running.push(end)))}\n`)
    return
  }
  if (scan !== undefined) {
    process.stdout.write(`${JSON.stringify({ ...await measureScan(scan, { folder, say }), node: process.version })}\n`)
    await System.clear(folder)
    return
  }
  say(`${hosts} hosts, ${concurrency} at once, ${rounds} rounds`)
  const measured = await measure(options)
  const mixed = passwords ? await measureMixed(hosts, concurrency) : undefined
  const workerMemoryMiB: Record<string, number> = {}
  for (const count of memory ? [10, 200] : []) workerMemoryMiB[count] = await memoryAt(count, concurrency)
  const result = {
    ...summarise(measured),
    ...(mixed === undefined ? {} : { mixed }),
    ...(memory ? { workerMemoryMiB } : {}),
    hosts,
    concurrency,
    rounds,
    ...(profile ? { profiled: true } : {}),
    node: process.version
  }
  if (!json) process.stdout.write(table(measured, result))
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

async function measure ({ hosts, concurrency, rounds, profile }: BenchOptions): Promise<Round[]> {
  const system = await System.start({ folder, hosts, concurrency, profile, say })
  running.push(async () => await system.stop())
  const floor = new Floor(system.floorTargets, concurrency)
  running.push(async () => await floor.stop())
  const measured: Round[] = []
  for (let number = 0; number <= rounds; number += 1) {
    const rotated = await system.rotateAll()
    await wait(500)
    const before = await system.hostsCpu()
    const floorSeconds = await floor.round()
    await wait(500)
    const round = { ...rotated, floorSeconds, cpu: { ...rotated.cpu, floorHosts: await system.hostsCpu() - before } }
    say(`${number === 0 ? 'warm-up' : `round ${number}`}: ${round.settled} rotations in ${round.rotationSeconds.toFixed(2)} s, floor ${floorSeconds.toFixed(2)} s`)
    if (number > 0) measured.push(round)
  }
  await floor.stop()
  running.length = 0
  const profiles = await system.stop()
  if (profile) await keepProfiles(profiles)
  await System.clear(folder)
  return measured
}

/** As many hosts with keys as before, and as many with passwords, under one order: what each kind comes to. */
async function measureMixed (hosts: number, concurrency: number): Promise<Mixed> {
  const system = await System.start({ folder, hosts, passwords: hosts, concurrency, profile: false, say })
  running.push(async () => await system.stop())
  await system.rotateAll()
  const { secondsOf } = await system.rotateAll()
  running.length = 0
  await system.stop()
  await System.clear(folder)
  const [keys, passwords] = [secondsOf('ssh-key'), secondsOf('password')]
  say(`mixed: ${hosts} keys in ${keys.toFixed(2)} s, ${hosts} passwords in ${passwords.toFixed(2)} s`)
  return { keyRotationsPerSecond: Number((hosts / keys).toFixed(2)), passwordRotationsPerSecond: Number((hosts / passwords).toFixed(2)) }
}

/** The most memory that a fresh worker takes to adopt and rotate so many hosts. */
async function memoryAt (hosts: number, concurrency: number): Promise<number> {
  const system = await System.start({ folder, hosts, concurrency, profile: false, say })
  running.push(async () => await system.stop())
  await system.rotateAll()
  const memory = await system.workerMemory()
  say(`memory of the worker at ${hosts} hosts: ${memory} MiB`)
  running.length = 0
  await system.stop()
  await System.clear(folder)
  return memory
}

async function keepProfiles (from: string): Promise<void> {
  const to = join(stateRoot, 'profiles')
  await mkdir(to, { recursive: true })
  for (const name of await readdir(from)) {
    if (!name.endsWith('.cpuprofile')) continue
    await copyFile(join(from, name), join(to, name))
    say(`profile: ${join(to, name)}`)
  }
}

async function run (): Promise<number> {
  const stopped = new Promise<never>((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => reject(new RekeyError('input/invalid', 'stopped before the end')))
    }
  })
  try {
    const options = parseOptions(process.argv.slice(2))
    await Promise.race([main(options), stopped])
    return 0
  } catch (error) {
    const isUsage = isRekeyError(error, 'input/invalid')
    say(`bench: ${error instanceof Error ? (isRekeyError(error) ? error.message : error.stack ?? error.message) : 'failed'}`)
    if (isUsage && running.length === 0) say(`usage: ${usage}`)
    return isUsage ? 2 : 1
  } finally {
    for (const stop of running.reverse()) await stop().catch(() => undefined)
    // What was only being started: the stack's processes end with this one, hosts don't.
    await System.abandon(folder)
  }
}

process.exit(await run())
