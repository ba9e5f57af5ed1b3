import { join } from 'node:path'
import { isRekeyError, RekeyError } from '@rekey/domain'
import { stateRoot } from '@rekey/local'
import { drill } from './drill.ts'
import { Ground } from './ground.ts'
import { parseOptions, usage, type DrillOptions } from './options.ts'
import { failures, page } from './result.ts'

/** Each run has its own, so that a test and a person don't end each other's. */
const folder = join(stateRoot, `drill-${process.pid}`)
const running: Array<() => Promise<void>> = []
let begun = false

async function main (options: DrillOptions): Promise<number> {
  begun = true
  const began = performance.now()
  // Progress goes to stderr, so that stdout holds the result.
  const say = (line: string): void => { if (!options.json) process.stderr.write(`${line}\n`) }
  const result = await drill({ ...options, folder, say, onEnd: (end) => running.push(end) })
  if (!options.json) process.stdout.write(page(result))
  say(`${((performance.now() - began) / 1000).toFixed(0)} s in all`)
  process.stdout.write(`${JSON.stringify(result)}\n`)
  return failures(result).length === 0 ? 0 : 1
}

async function run (): Promise<number> {
  const stopped = new Promise<never>((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => { reject(new RekeyError('input/invalid', 'stopped before the end')) })
  })
  try {
    const options = parseOptions(process.argv.slice(2))
    if (options === undefined) {
      process.stdout.write(`${usage}\n`)
      return 0
    }
    return await Promise.race([main(options), stopped])
  } catch (error) {
    process.stderr.write(`drill: ${error instanceof Error ? (isRekeyError(error) ? error.message : error.stack ?? error.message) : 'failed'}\n`)
    if (!begun) process.stderr.write(`usage: ${usage}\n`)
    return begun ? 1 : 2
  } finally {
    if (begun) {
      for (const end of running.reverse()) await end().catch(() => undefined)
      // What was only being started, too.
      await Ground.clear(folder).catch(() => undefined)
    }
  }
}

process.exit(await run())
