import { readFile } from 'node:fs/promises'

/** What proc(5) counts in, in milliseconds: USER_HZ is 100 on every Linux that Node.js runs on. */
const tickMs = 10

/** The CPU time that processes have used, in milliseconds, with that of their children that have ended. */
export async function cpuOf (pids: readonly number[]): Promise<number> {
  const each = await Promise.all(pids.map(async (pid) => usedIn(await readFile(`/proc/${pid}/stat`, 'utf8'))))
  return each.reduce((total, ticks) => total + ticks, 0) * tickMs
}

/** utime, stime, cutime and cstime of a line of /proc/PID/stat. The program's name, in brackets before, may hold anything. */
export function usedIn (stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((total, field) => total + Number(field), 0)
}
