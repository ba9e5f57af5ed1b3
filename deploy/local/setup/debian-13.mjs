import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { failure, logged, state, step } from './say.mjs'

const folder = join(state, 'tools/debian-13')
const stamp = join(folder, 'etc/rekey-lab')

/** What every Debian system has to have, and what hosts of the lab are served by; without manuals and translations. */
const how = [
  '--variant=essential', '--include=openssh-server,sudo,login',
  ...['doc', 'locale', 'man'].map(name => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
  'trixie'
]

/**
 * Makes the root of Debian 13 that hosts of the lab can run: nothing of it is started here, and mmdebstrap checks what it downloads by the
 * archive's keys, which debian-archive-keyring of this machine holds.
 */
export async function makeDebian13 () {
  const wanted = how.join('\n')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  await step('Making a root folder of Debian 13 for hosts of the lab, by mmdebstrap (a download of 50 MB, 100 MB of disk)', async () => {
    const fresh = `${folder}.new`
    rmSync(fresh, { recursive: true, force: true })
    mkdirSync(dirname(fresh), { recursive: true })
    if (await logged('debian-13', 'mmdebstrap', [...how, fresh]) !== 0) {
      throw failure('debian-13', 'mmdebstrap could not make a root folder of Debian 13. It comes from the archive of the Debian packages; debian-archive-keyring must be of 2023 or later to know its keys.')
    }
    writeFileSync(join(fresh, 'etc/rekey-lab'), wanted)
    rmSync(folder, { recursive: true, force: true })
    renameSync(fresh, folder)
  })
}
