import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { LabHost } from '@rekey/lab'
import { Stop } from './stop.ts'

/** Where PAM can be stopped: when sshd is shown a password, and when one is about to be changed. */
export type PamPlace = 'shown' | 'changed'

/** Counts down a file that the test has written, waits at one, and goes on when the test takes away the file by which it says so. */
const script = `#!/bin/sh
cd /var/log/pam-gate || exit 0
read -r left 2>/dev/null <"$1" || exit 0
if [ "$left" -gt 1 ]; then
  echo $((left - 1)) >"$1"
else
  mv "$1" "$1.reached"
  while [ -e "$1.reached" ]; do sleep 0.02; done
fi
`

/**
 * A place in the host's own PAM that a test controls: what the worker sent has arrived then, and the host has not answered.
 * The file system between the two is the host's folder for logs, which lies on the machine.
 */
export class PamGate {
  readonly #folder: string
  readonly #stops: Stop[] = []

  private constructor (folder: string) {
    this.#folder = folder
  }

  static async open (host: LabHost): Promise<PamGate> {
    const folder = join(dirname(host.logFile), 'pam-gate')
    await mkdir(folder)
    await host.write('/etc/pam-gate', script)
    const line = (stack: string, place: PamPlace): string => `${stack} [default=ignore] pam_exec.so quiet seteuid /etc/pam-gate ${place}`
    const { code, stderr } = await host.run(`chmod 755 /etc/pam-gate && sed -i '1i ${line('auth', 'shown')}' /etc/pam.d/sshd && sed -i '1i ${line('password', 'changed')}' /etc/pam.d/common-password`)
    if (code !== 0) throw new Error(stderr)
    return new PamGate(folder)
  }

  /** Stops the nth password that is shown, or changed, from now on. */
  stop (place: PamPlace, nth = 1): Stop {
    const stop = new Stop()
    this.#stops.push(stop)
    const file = join(this.#folder, place)
    this.#watch(file, nth, stop).catch(() => {})
    return stop
  }

  close (): void {
    for (const stop of this.#stops) stop.release()
  }

  async #watch (file: string, nth: number, stop: Stop): Promise<void> {
    await writeFile(`${file}.new`, `${nth}\n`)
    await rename(`${file}.new`, file)
    while (!stop.isReleased && !await exists(`${file}.reached`)) await wait(10)
    if (!stop.isReleased) await stop.wait()
    await rm(file, { force: true })
    await rm(`${file}.reached`, { force: true })
  }
}

async function exists (file: string): Promise<boolean> {
  return await access(file).then(() => true, () => false)
}
