import { readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { stackFailure } from './failure.ts'
import { bootId, startTime } from './processes.ts'

/**
 * Runs `work` while no other process of this machine does so for the same file. The lock of a process that has ended counts for nothing.
 * @throws RekeyError `stack/failed` when another one holds it for longer than `seconds`
 */
export async function exclusively<T> (file: string, seconds: number, work: () => Promise<T>): Promise<T> {
  const mine = `${process.pid} ${startTime(process.pid) ?? 0} ${bootId()}`
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    try {
      await writeFile(file, mine, { flag: 'wx' })
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw stackFailure(`${file} can't be written: ${(error as Error).message}`)
    }
    const [pid = '', started = '', boot = ''] = (await readFile(file, 'utf8').catch(() => '')).split(' ')
    if (boot !== '' && (boot !== bootId() || startTime(Number(pid)) !== Number(started))) await rm(file, { force: true })
    else if (Date.now() > deadline) throw stackFailure(`another command (pid ${pid}) is at work on this stack: try again when it is done`)
    else await sleep(50)
  }
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}
