import { constants } from 'node:fs'
import { access, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { RekeyError } from '@rekey/domain'
import { UsageError } from '../usage-error.ts'
import type { TakenLease } from './taken-lease.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Where a lease's secrets are for who has it: in an agent at `agent` in the folder, or in files beside it. */
export type Keeping = 'agent' | 'files'

/** What plain programs need of a lease, in variables. */
export function variablesFor (folder: string, keeping: Keeping, env: Environment): Record<string, string> {
  return {
    ...keeping === 'agent' ? { SSH_AUTH_SOCK: join(folder, 'agent') } : {},
    // With these, plain ssh finds the lease's configuration, and so does all that runs it: git, rsync, Ansible.
    PATH: [join(folder, 'bin'), ...env['PATH'] === undefined ? [] : [env['PATH']]].join(delimiter),
    REKEY_SSH_CONFIG: join(folder, 'ssh_config'),
    REKEY_KNOWN_HOSTS: join(folder, 'known_hosts'),
    REKEY_INVENTORY: join(folder, 'inventory.json'),
    // Its keys are pinned: whatever a playbook's configuration says, they are checked.
    ANSIBLE_HOST_KEY_CHECKING: 'True'
  }
}

/**
 * Lays out what plain programs need in a folder that only this user enters (mode 0700, files 0600): `known_hosts`, `ssh_config`, public
 * keys, an inventory for Ansible, and `bin` with programs that take that configuration. Secrets only where they are kept in files.
 * @throws UsageError, RekeyError `config/invalid`
 */
export async function layOut (folder: string, lease: TakenLease, keeping: Keeping, env: Environment): Promise<void> {
  checkPath(folder)
  const files: Array<readonly [string, string]> = [
    ['known_hosts', lease.knownHosts],
    ['ssh_config', configFor(folder, lease.sshConfig, keeping)],
    ['inventory.json', `${JSON.stringify(inventoryOf(folder, lease), null, 2)}\n`],
    ...lease.credentials.flatMap(({ alias, publicKey }) => publicKey === undefined ? [] : [[`${alias}.pub`, `${publicKey}\n`] as const]),
    ...keeping === 'agent' ? [] : lease.credentials.map(({ alias, publicKey, secret }) => [alias, publicKey === undefined ? `${secret.open()}\n` : secret.open()] as const)
  ]
  for (const [name, text] of files) await writeFile(join(folder, name), text, { mode: 0o600, flag: 'wx' })
  await mkdir(join(folder, 'bin'), { mode: 0o700 })
  for (const program of ['ssh', 'scp', 'sftp']) {
    const path = await find(program, env)
    if (path !== undefined) await writeFile(join(folder, 'bin', program), `#!/bin/sh\nexec ${quoted(path)} -F ${quoted(join(folder, 'ssh_config'))} "$@"\n`, { mode: 0o700, flag: 'wx' })
  }
}

/** A new folder of this user's alone. @throws RekeyError `config/invalid` when there is something already */
export async function newFolder (folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    throw new RekeyError('config/invalid', (error as NodeJS.ErrnoException).code === 'EEXIST' ? `${folder} exists already: remove it or name another` : `${folder} can't be made: is the folder that it is to be in there, and yours?`)
  }
}

/** What ssh_config(5) would take for something else, and where a socket's path ends: unix(7). @throws UsageError */
export function checkPath (folder: string): void {
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\u0000-\u001f"%$\\]/.test(folder)) throw new UsageError(`${folder}: take a folder whose path has no quotes, backslashes, % or $`)
  if (Buffer.byteLength(join(folder, 'agent')) > 90) throw new UsageError(`${folder}: its path is too long for an agent's socket; take one of 80 characters at most`)
}

function configFor (folder: string, config: string, keeping: Keeping): string {
  const text = keeping === 'agent' ? config : config.replaceAll(/^( {2}IdentityFile ".*)\.pub"$/gm, '$1"').replaceAll(/^ {2}IdentityAgent .*$/gm, '  IdentityAgent none')
  return text.replaceAll('{folder}', folder)
}

/**
 * For `ansible -i`. A second credential of a host goes by its alias, as in the ssh_config. ssh takes the first of what it is told twice, and Ansible puts
 * `ansible_ssh_args` first: no ansible.cfg or environment turns the check of the pinned keys off. Connections that are kept open are the lease's alone:
 * over one of an earlier lease no key is checked, neither the host's nor the user's.
 */
function inventoryOf (folder: string, { credentials }: TakenLease): object {
  const pinned = `-o StrictHostKeyChecking=yes -o ${quoted(`UserKnownHostsFile="${join(folder, 'known_hosts')}"`)}`
  // Ansible's names of ten characters, and the seventeen that ssh appends while it makes one, have to fit into a socket's path: unix(7).
  const kept = Buffer.byteLength(folder) > 75 ? '-o ControlMaster=no -o ControlPath=none' : '-o ControlMaster=auto -o ControlPersist=60s'
  const hosts: Record<string, object> = {}
  for (const { host, alias, user, port } of credentials) {
    hosts[Object.hasOwn(hosts, host) ? alias : host] = { ansible_host: alias, ansible_user: user, ansible_port: port, ansible_host_key_checking: true, ansible_ssh_args: `${pinned} -C ${kept}`, ansible_control_path_dir: folder }
  }
  return { all: { hosts } }
}

/** A program's path, past a `bin` of another lease. */
async function find (program: string, env: Environment): Promise<string | undefined> {
  for (const place of (env['PATH'] ?? '').split(delimiter).filter(one => one.startsWith('/'))) {
    const path = join(place, program)
    if (await access(path, constants.X_OK).then(() => true, () => false)) return path
  }
  return undefined
}

/** For sh. */
export function quoted (text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
