import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { refreshLists } from './apt.mjs'
import { failure, logged, state, step } from './say.mjs'

const folder = join(state, 'tools/pam')
const module = 'security/pam_pwquality.so'

function holdsModule (lib) {
  return existsSync(lib) && readdirSync(lib).some(triplet => existsSync(join(lib, triplet, module)))
}

/**
 * Unpacks libpam-pwquality for hosts of the lab. Installing it would set rules for every password of this machine:
 * its installation calls pam-auth-update. The libraries that it needs come with libpwquality-tools, which sets none.
 */
export async function unpackPamModule () {
  if (['/usr/lib', join(folder, 'usr/lib'), join(folder, 'lib')].some(holdsModule)) return
  await step('Unpacking the Debian package libpam-pwquality (it is not installed)', async () => {
    const fresh = `${folder}.new`
    rmSync(fresh, { recursive: true, force: true })
    mkdirSync(fresh, { recursive: true })
    // apt-get writes into the folder where it stands, and is root there: so it needs no user of its own for the download.
    const script = 'cd "$1" && apt-get download -o APT::Sandbox::User=root libpam-pwquality && dpkg-deb -x ./*.deb . && rm ./*.deb'
    const unpack = async () => await logged('pam', 'sh', ['-c', script, 'sh', fresh], { append: true })
    if (await unpack() !== 0) {
      await refreshLists()
      if (await unpack() !== 0) throw failure('pam', 'libpam-pwquality could not be unpacked. It comes from the archive of the Debian packages.')
    }
    rmSync(folder, { recursive: true, force: true })
    renameSync(fresh, folder)
  })
}
