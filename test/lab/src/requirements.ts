import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { RekeyError } from '@rekey/domain'
import type { HostSpec } from './spec.ts'

/** Nothing of the caller's environment reaches a host. */
export const hostEnvironment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LC_ALL: 'C' }

interface Needed {
  readonly path: string
  /** The Debian package. */
  readonly from: string
}

const programs: readonly Needed[] = [
  { path: '/usr/sbin/sshd', from: 'openssh-server' },
  { path: '/usr/bin/unshare', from: 'util-linux' },
  { path: '/usr/bin/nsenter', from: 'util-linux' },
  { path: '/usr/sbin/chpasswd', from: 'passwd' }
]

/** What the set-up makes for this folder alone. */
const tools = join(import.meta.dirname, '..', '..', '..', '.rekey', 'tools')

/** Where it unpacks Debian packages whose installation would change the machine. */
const unpacked = join(tools, 'pam')

/** The PAM module of Debian's libpam-pwquality, of the machine itself or unpacked. */
export function pwqualityModule (): string | undefined {
  for (const lib of ['/usr/lib', join(unpacked, 'usr', 'lib'), join(unpacked, 'lib')]) {
    if (!existsSync(lib)) continue
    const found = readdirSync(lib).map((triplet) => join(lib, triplet, 'security', 'pam_pwquality.so')).find((path) => existsSync(path))
    if (found !== undefined) return found
  }
  return undefined
}

/** Where the set-up of the full test puts the root of Debian 13. */
export const debian13 = join(tools, 'debian-13')

/** What only some hosts need. */
function extras (hosts: readonly HostSpec[]): Needed[] {
  const needed: Needed[] = []
  if (hosts.some(({ accounts }) => accounts.some(({ sudo }) => sudo !== undefined))) needed.push({ path: '/usr/bin/sudo', from: 'sudo' })
  if (hosts.some(({ pam }) => pam?.faillock !== undefined)) needed.push({ path: '/usr/sbin/faillock', from: 'libpam-modules-bin' })
  if (hosts.some(({ daemon }) => daemon === 'dropbear')) needed.push({ path: '/usr/sbin/dropbear', from: 'dropbear-bin' })
  if (hosts.some(({ userland, via }) => userland === 'busybox' || via !== undefined)) needed.push({ path: '/usr/bin/busybox', from: 'busybox' })
  return needed
}

/** What the kernel must let us do for each host, tried once in namespaces that vanish with the trial. */
const trial = 'mount -t tmpfs tmpfs /run && mkdir /run/upper /run/work && ' +
  'mount -t overlay -o lowerdir=/etc,upperdir=/run/upper,workdir=/run/work overlay /etc && mount -t proc proc /proc'

/**
 * Whether this machine can carry a lab, and these hosts.
 * @throws RekeyError `config/invalid` with one sentence that names what lacks
 */
export async function checkMachine (hosts: readonly HostSpec[] = []): Promise<void> {
  if (process.platform !== 'linux') lacks('the lab needs Linux: each host lives in a mount namespace of its own')
  if (process.getuid?.() !== 0) lacks('the lab needs root: it mounts file systems for each host, in a namespace that only the host sees')
  for (const { path, from } of [...programs, ...extras(hosts)]) {
    try {
      accessSync(path, constants.X_OK)
    } catch {
      lacks(`the lab needs ${path}: install the Debian package ${from}`)
    }
  }
  if (hosts.some(({ pam }) => pam?.pwquality !== undefined) && pwqualityModule() === undefined) {
    lacks('the lab needs pam_pwquality.so: sh deploy/local/run.sh setup unpacks it from the Debian package libpam-pwquality')
  }
  if (hosts.some(({ system }) => system === 'debian-13') && !existsSync(debian13)) {
    lacks('the lab needs a root folder of Debian 13: npm run test:full makes it')
  }
  const child = spawn('unshare', ['--mount', '--pid', '--uts', '--ipc', '--fork', '--kill-child', 'sh', '-c', trial],
    { stdio: ['ignore', 'ignore', 'pipe'], env: hostEnvironment })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => { complaint += text })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  if (code !== 0) {
    lacks(`the lab needs the right to make namespaces and to mount tmpfs, overlay and proc in them (CAP_SYS_ADMIN): ${complaint.trim().split('\n')[0] ?? ''}`)
  }
}

function lacks (sentence: string): never {
  throw new RekeyError('config/invalid', sentence)
}
