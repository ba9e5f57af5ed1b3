import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { open, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stackFailure } from './failure.ts'
import { inside, layout } from './layout.ts'

/** A pid alone may mean another process tomorrow: start time and boot make it this one. */
export interface ProcessRecord {
  /** Unique in the stack: `vault`, `redis`, `api`, `worker-<zone>`, or the instance name of a further one. */
  readonly name: string
  /** What it is an instance of. */
  readonly service: string
  readonly pid: number
  /** Clock ticks from boot to start: field 22 of /proc/PID/stat, proc(5). */
  readonly startedAt: number
  readonly boot: string
  readonly uid: number
  readonly logFile: string
}

export interface Launch {
  readonly name: string
  readonly service: string
  readonly dir: string
  readonly uid: number
  /** The program's file on this machine; the process sees it as /mnt/bin/<its name>. */
  readonly program: string
  /** Nothing secret: every user of the machine can read it. */
  readonly args: readonly string[]
  /** All of the process's environment besides PATH, HOME and LANG. Nothing secret. */
  readonly env: Readonly<Record<string, string>>
  /** Whether it goes on when the process that started it ends. */
  readonly detached: boolean
}

/** One process, started by us or found again. */
export interface StackProcess extends ProcessRecord {
  readonly exited: Promise<void>
  isAlive (): boolean
  /** Does nothing when the process has ended, whoever may have its pid by now. */
  kill (signal: NodeJS.Signals): void
}

// Every step is an exec, so the pid that we record is that of the program itself.
const enter = `
set -eu
mount --bind "$1" ${inside}
mount --bind "$2" "${inside}/bin/$3"
uid=$4; death=$5
program=${inside}/bin/$3
shift 5
cd ${inside}
unset OLDPWD
umask 077
exec setpriv --reuid "$uid" --regid "$uid" --clear-groups --no-new-privs --pdeathsig "$death" -- "$program" "$@"
`

export function bootId (): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** @returns undefined when there is no such process, or only its exit status is left */
export function startTime (pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field, the name in parentheses, may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'X') return undefined
    // A zombie with threads left is still ending, and still has its ports.
    if (fields[0] === 'Z' && Number(fields[17]) <= 1) return undefined
    return Number(fields[19])
  } catch {
    return undefined
  }
}

export function isAlive (process: ProcessRecord): boolean {
  return process.boot === bootId() && startTime(process.pid) === process.startedAt
}

function stackProcess (record: ProcessRecord, exited: Promise<void>): StackProcess {
  return {
    ...record,
    exited,
    isAlive: () => isAlive(record),
    kill (signal) {
      if (isAlive(record)) process.kill(record.pid, signal)
    }
  }
}

/** Finds a process again that an earlier command started. */
export function adopt (record: ProcessRecord): StackProcess | undefined {
  if (!isAlive(record)) return undefined
  let seen: Promise<void> | undefined
  const found = stackProcess(record, Promise.resolve())
  return {
    ...found,
    // Polled, as only a parent is told; from the first look on, so that nobody who does not ask is kept alive by it.
    get exited () {
      seen ??= (async () => { while (isAlive(record)) await sleep(50) })()
      return seen
    }
  }
}

async function spawned (child: ChildProcess): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', error => reject(stackFailure(`unshare could not be started: ${error.message}`)))
  })
  return child.pid ?? 0
}

/**
 * Starts a program under a user id of its own, in a mount namespace where the state folder is /mnt.
 * Its output goes to the log file of its name. What it inherits from us is nothing.
 */
export async function launch (request: Launch): Promise<StackProcess> {
  const paths = layout(request.dir)
  const name = basename(request.program)
  await writeFile(join(paths.programs, name), '', { flag: 'a', mode: 0o755 })
  const log = openSync(paths.log(request.name), 'a', 0o640)
  try {
    const child = spawn('/usr/bin/unshare', [
      '--mount', '--propagation', 'private', '/bin/sh', '-c', enter, 'sh',
      request.dir, request.program, name, String(request.uid), request.detached ? 'clear' : 'KILL', ...request.args
    ], {
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', LANG: 'C.UTF-8', ...request.env }
    })
    const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
    const pid = await spawned(child)
    if (request.detached) child.unref()
    return stackProcess({
      name: request.name,
      service: request.service,
      pid,
      startedAt: startTime(pid) ?? 0,
      boot: bootId(),
      uid: request.uid,
      logFile: paths.log(request.name)
    }, exited)
  } finally {
    closeSync(log)
  }
}

/** SIGTERM, and SIGKILL to what is left after `patience` milliseconds. Returns once it has ended. */
export async function end (process: StackProcess, patience = 10_000): Promise<void> {
  process.kill('SIGCONT')
  process.kill('SIGTERM')
  const deadline = Date.now() + patience
  while (process.isAlive()) {
    if (Date.now() > deadline) process.kill('SIGKILL')
    await sleep(10)
  }
}

/** The last lines of a log, for a person who must find out what went wrong. */
export async function lastLines (file: string, count = 15): Promise<string> {
  try {
    const handle = await open(file)
    try {
      const { size } = await handle.stat()
      const length = Math.min(size, 16_384)
      const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length)
      return buffer.toString('utf8').trimEnd().split('\n').slice(-count).map(line => `  ${line.slice(0, 400)}`).join('\n')
    } finally {
      await handle.close()
    }
  } catch {
    return '  (no log)'
  }
}

export async function sizeOf (file: string): Promise<number> {
  return await stat(file).then(found => found.size, () => 0)
}

/**
 * Asks until the answer is true.
 * @throws RekeyError `stack/failed` with the last lines of the log when the process ends first or `seconds` are over
 */
export async function ready (process: StackProcess, seconds: number, ask: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    if (await ask()) return
    const why = !process.isAlive() ? 'ended at once' : Date.now() > deadline ? `was not ready within ${seconds} s` : undefined
    if (why !== undefined) {
      throw stackFailure(`${process.name} ${why}. The last lines of ${process.logFile}:\n${await lastLines(process.logFile)}`, { service: process.name })
    }
    await sleep(20)
  }
}
