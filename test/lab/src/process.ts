import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process that can't be mistaken for a later one with the same id: when it started, in clock ticks since the boot with this id. */
export interface ProcessRecord {
  readonly pid: number
  readonly started: number
  readonly boot: string
}

const bootId = '/proc/sys/kernel/random/boot_id'

/** State letter, parent and start time, from /proc/PID/stat (proc(5)); undefined when there is no such process. */
function stat (pid: number): { state: string, parent: number, started: number } | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  // The second field is the program's name in parentheses, and may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', parent: Number(fields[1]), started: Number(fields[19]) }
}

/** Undefined when the process is gone already. */
export function recordOf (pid: number): ProcessRecord | undefined {
  const found = stat(pid)
  return found === undefined ? undefined : { pid, started: found.started, boot: readFileSync(bootId, 'utf8').trim() }
}

/** Whether this very process still runs. One that ended and waits for its parent to notice counts as gone. */
export function runs (record: ProcessRecord): boolean {
  const found = stat(record.pid)
  return found !== undefined && found.started === record.started && !'ZX'.includes(found.state) &&
    readFileSync(bootId, 'utf8').trim() === record.boot
}

/** Signals this very process, never a later one that got its id. False when it is gone. */
export function signal (record: ProcessRecord, name: NodeJS.Signals): boolean {
  try {
    return runs(record) && process.kill(record.pid, name)
  } catch {
    return false
  }
}

/** Resolves when the process is gone; false when it is still there after `milliseconds`. */
export async function gone (record: ProcessRecord, milliseconds = 10_000): Promise<boolean> {
  const end = Date.now() + milliseconds
  while (runs(record)) {
    if (Date.now() > end) return false
    await sleep(5)
  }
  return true
}

/** What a process and its descendants are at, for whoever has waited for them in vain: `mount (D in path_mount)`. */
export function doings (pid: number): string {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)
  const family = [pid]
  for (const one of family) family.push(...all.filter((child) => stat(child)?.parent === one))
  return family.map((one) => `${textOf(`/proc/${one}/comm`)} (${stat(one)?.state ?? 'gone'} in ${textOf(`/proc/${one}/wchan`)})`).join(', ')
}

function textOf (file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return '?'
  }
}
