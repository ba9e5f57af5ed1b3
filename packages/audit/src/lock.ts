import { open, readFile, rm } from 'node:fs/promises'
import { RekeyError } from '@rekey/domain'

/**
 * Takes a lock file that names this process, and returns what gives it back. A lock whose process is gone is taken over:
 * it names the process by id and start time, so that an id that was given away again is not mistaken for it.
 * @throws RekeyError `audit/unwritable` when a living process holds it
 */
export async function lockFile (path: string): Promise<() => Promise<void>> {
  const own = `${process.pid} ${await startOf(process.pid) ?? ''}`
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const file = await open(path, 'wx', 0o600)
      await file.writeFile(own)
      await file.close()
      return async () => await rm(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const [pid = '', start = ''] = (await readFile(path, 'utf8').catch(() => '')).split(' ')
    const running = await startOf(Number(pid))
    if (pid !== '' && running !== undefined && running === start) {
      throw new RekeyError('audit/unwritable', `process ${pid} writes this audit journal already: give each process a folder of its own`)
    }
    await rm(path, { force: true })
  }
  throw new RekeyError('audit/unwritable', 'the lock of the audit journal could not be taken')
}

/** A process's start in clock ticks since boot (proc(5), stat field 22). */
async function startOf (pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}
