import { spawn } from 'node:child_process'
import { readdir, readlink } from 'node:fs/promises'
import { recordOf, type ProcessRecord } from './process.ts'
import { hostEnvironment } from './requirements.ts'

export interface CommandResult {
  /** Exit code; 128 + n when a signal ended it, as a shell counts. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a program inside a host as root.
 * @param host the id of the host's first process when it is on, else a descriptor of its mount namespace
 */
export async function runIn (host: number, isOn: boolean, args: readonly string[], input: string): Promise<CommandResult> {
  const where = isOn ? ['--target', String(host), '--mount', '--uts', '--ipc', '--pid', '--net'] : ['--mount=/proc/self/fd/3']
  const child = spawn('nsenter', [...where, ...args], { env: hostEnvironment, stdio: ['pipe', 'pipe', 'pipe', isOn ? 'ignore' : host] })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) child[name]?.setEncoding('utf8').on('data', (text: string) => { output[name] += text })
  // A command that does not read its input is no failure.
  child.stdin?.on('error', () => undefined).end(input)
  return await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code: code ?? 128 + (signal === 'SIGKILL' ? 9 : 15), ...output }))
  })
}

/** Every process of the host whose first process has this id, that one included. */
export async function processesIn (pid: number): Promise<ProcessRecord[]> {
  const namespace = await readlink(`/proc/${pid}/ns/pid`)
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(ids.map(async (id) => {
    const of = await readlink(`/proc/${id}/ns/pid`).catch(() => '')
    return of === namespace ? recordOf(Number(id)) : undefined
  }))
  return found.filter((one) => one !== undefined)
}
