// What the set-up tells people: short lines, and the whole output of what it runs in a file.
import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repository = fileURLToPath(new URL('../../..', import.meta.url))
export const state = join(repository, '.rekey')
export const logs = join(state, 'logs')

export function say (line) {
  process.stdout.write(`${line}\n`)
}

/** A reason to stop that a person can act on. */
export class Lacking extends Error {}

/**
 * Runs a program, with its output in `.rekey/logs/NAME.log`, and shows that it is still at it.
 * @param what what a person is told
 */
export async function run (name, what, program, args, options = {}) {
  mkdirSync(logs, { recursive: true })
  const log = join(logs, `${name}.log`)
  const file = createWriteStream(log)
  const begun = Date.now()
  const seconds = () => Math.round((Date.now() - begun) / 1000)
  say(`  ${what} …`)
  const ticking = setInterval(() => say(`  ${what} … ${seconds()} s`), 10_000)
  try {
    const code = await new Promise((resolve, reject) => {
      const child = spawn(program, args, { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'], ...options })
      child.stdout.pipe(file, { end: false })
      child.stderr.pipe(file, { end: false })
      child.on('error', reject)
      child.on('close', resolve)
    })
    await new Promise((resolve) => file.end(resolve))
    if (code !== 0) {
      const last = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15).map((line) => `    ${line}`).join('\n')
      throw new Lacking(`${what}: failed. The last lines of ${log}:\n${last}`)
    }
  } catch (error) {
    if (error instanceof Lacking) throw error
    throw new Lacking(`${what}: ${program} could not be started (${error.code ?? 'unknown'})`)
  } finally {
    clearInterval(ticking)
  }
}
