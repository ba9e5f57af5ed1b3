import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository: this file is deploy/local/setup/say.mjs. */
export const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')
export const state = join(root, '.rekey')

/** What a person reads as the reason, without a stack trace. */
export class SetupError extends Error {}

export function say (line) {
  process.stdout.write(`${line}\n`)
}

/**
 * Does something that takes long: says so, says every ten seconds that it goes on, and how long it took.
 * @param silentMs what is done within that is not talked about
 */
export async function step (what, work, silentMs = 0) {
  const start = Date.now()
  const seconds = () => Math.round((Date.now() - start) / 1000)
  let isTold = false
  const tell = () => {
    isTold = true
    say(`${what} …`)
  }
  const first = silentMs === 0 ? tell() : setTimeout(tell, silentMs)
  const timer = setInterval(() => say(`  … ${seconds()} s`), 10_000)
  try {
    const result = await work()
    if (isTold) say(`  done in ${seconds()} s`)
    return result
  } finally {
    clearTimeout(first)
    clearInterval(timer)
  }
}

/** The programs that run now, so that an interrupt can wait for their end; after one, nothing goes on and nothing new begins. */
export const running = { children: new Set(), isStopping: false }

async function unlessStopping (code) {
  return running.isStopping ? await new Promise(() => {}) : code
}

/**
 * Runs a noisy program with its output in .rekey/logs/NAME.log.
 * @returns its exit code
 */
export async function logged (name, program, args, options = {}) {
  mkdirSync(join(state, 'logs'), { recursive: true })
  await unlessStopping()
  const log = openSync(join(state, 'logs', `${name}.log`), options.append ? 'a' : 'w', 0o600)
  try {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', log, log], env: { ...process.env, ...options.env } })
    running.children.add(child)
    const code = await new Promise(resolve => {
      child.on('error', () => resolve(127))
      child.on('exit', code => resolve(code ?? 1))
    })
    running.children.delete(child)
    return await unlessStopping(code)
  } finally {
    closeSync(log)
  }
}

/** Says what is needed, where the log is, and its last lines. */
export function failure (name, sentence) {
  const file = join(state, 'logs', `${name}.log`)
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).map(line => `  ${line.slice(0, 300)}`)
  return new SetupError(`${sentence}\nThe last lines of ${file}:\n${lines.join('\n')}`)
}
