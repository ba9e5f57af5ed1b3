import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stackFailure } from './failure.ts'

/**
 * Runs `work` while no other process of this machine does so for the same file. The lock is the kernel's: it goes with
 * the process that holds it, however that ends.
 * @throws RekeyError `stack/failed` when another one holds it for longer than `seconds`
 */
export async function exclusively<T> (file: string, seconds: number, work: () => Promise<T> | T): Promise<T> {
  // It holds the lock until its input ends, which it does with us.
  const holder = spawn('/usr/bin/flock', ['--wait', String(seconds), file, '/bin/sh', '-c', 'echo held; exec cat > /dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: '/usr/bin:/bin' }
  })
  const ended = new Promise<void>(resolve => {
    holder.once('close', () => resolve())
    holder.once('error', () => resolve())
  })
  const isHeld = await Promise.race([once(holder.stdout, 'data').then(() => true), ended.then(() => false)])
  if (!isHeld) throw stackFailure(`another command has been at work on this stack for ${seconds} s (${file}): try again when it is done`)
  try {
    return await work()
  } finally {
    holder.stdin.end()
    await ended
  }
}
