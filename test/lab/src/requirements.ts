import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { RekeyError } from '@rekey/domain'

/** Nothing of the caller's environment reaches a host. */
export const hostEnvironment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LC_ALL: 'C' }

const programs = [
  { path: '/usr/sbin/sshd', from: 'openssh-server' },
  { path: '/usr/bin/unshare', from: 'util-linux' },
  { path: '/usr/bin/nsenter', from: 'util-linux' },
  { path: '/usr/sbin/chpasswd', from: 'passwd' }
]

/** What the kernel must let us do for each host, tried once in namespaces that vanish with the trial. */
const trial = 'mount -t tmpfs tmpfs /run && mkdir /run/upper /run/work && ' +
  'mount -t overlay -o lowerdir=/etc,upperdir=/run/upper,workdir=/run/work overlay /etc && mount -t proc proc /proc'

/**
 * Whether this machine can carry a lab.
 * @throws RekeyError `config/invalid` with one sentence that names what lacks
 */
export async function checkMachine (): Promise<void> {
  if (process.platform !== 'linux') lacks('the lab needs Linux: each host lives in a mount namespace of its own')
  if (process.getuid?.() !== 0) lacks('the lab needs root: it mounts file systems for each host, in a namespace that only the host sees')
  for (const { path, from } of programs) {
    try {
      accessSync(path, constants.X_OK)
    } catch {
      lacks(`the lab needs ${path}: install the Debian package ${from}`)
    }
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
