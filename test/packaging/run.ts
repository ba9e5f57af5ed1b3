import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program in the clone to its end, whatever that is. @param env added to this process's own */
export async function attempt (program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return await new Promise(resolve => execFile(program, args, { cwd: root, env: { ...process.env, ...env }, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
    resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 127, stdout, stderr })
  }))
}

/** @returns its output @throws with the last of what it said, unless it ended with 0 */
export async function run (program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, stdout, stderr } = await attempt(program, args, env)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${`${stdout}\n${stderr}`.slice(-4000)}`)
  return stdout
}
