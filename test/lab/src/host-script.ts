import { dirname } from 'node:path'
import { accountScript } from './account-script.ts'
import type { UserLists } from './accounts.ts'
import { daemonOf } from './daemons.ts'
import { enter, jumpConfig, networkScript, serverOf, type Place } from './network.ts'
import { pamModuleScript, pamScript } from './pam.ts'
import { quote } from './quote.ts'
import { pwqualityModule } from './requirements.ts'
import type { HostSpec } from './spec.ts'
import { systemScript } from './system.ts'
import { programOf, userlandScript } from './userland.ts'

/**
 * What runs as the first process of a host, each time that it starts, in process, name and IPC namespaces of its own.
 * It notes its id as the machine's /proc shows it, then becomes the server: when that first process is killed, the kernel kills
 * every other process of the host.
 */
function startScript (spec: HostSpec, place: Place): string {
  const daemon = daemonOf(spec)
  return [
    'read -r pid rest </run/.disk/machine/self/stat',
    'echo "$pid" >/var/log/first.pid',
    'mount -t proc proc /proc',
    `echo ${spec.name} >/proc/sys/kernel/hostname`,
    `exec ${daemon.command(spec, serverOf(spec, place, programOf(spec, daemon.program)))}`
  ].join('\n')
}

/** Becomes the `unshare` that waits for the host's first process, and whose own end is the host's end. */
function start (spec: HostSpec, place: Place): string {
  return `exec ${enter(place, programOf(spec, '/usr/bin/nsenter'))}${programOf(spec, '/usr/bin/unshare')} --pid --uts --ipc --fork --kill-child sh -euc ${quote(startScript(spec, place))}`
}

/** The script that starts a host whose disks are there. */
export function restartScript (spec: HostSpec, place: Place): string {
  return `{\n${start(spec, place)}\n}\n`
}

function ownFiles ({ files = [] }: HostSpec): string[] {
  return files.flatMap(({ path, text, mode = 0o644, owner = 'root:root' }) => [
    `mkdir -p ${quote(dirname(path))}`,
    `put ${quote(path)} ${mode.toString(8)} ${quote(text)}`,
    `chown ${quote(owner)} ${quote(path)}`
  ])
}

/**
 * The script that makes a host's disks in a fresh mount namespace and starts the host. It is fed on stdin, since arguments are
 * visible to everybody, and as one group, so that a script that was cut off does nothing. Its working folder is the host's state folder,
 * of which nothing but the log folder is used: bound first, so that no later mount can hide it.
 *
 * One tmpfs carries all that the host writes: it is gone with the host's last process.
 */
export function hostScript (spec: HostSpec, users: UserLists, hostKeyType: string, place: Place): string {
  const kind = hostKeyType.startsWith('ecdsa') ? 'ecdsa' : hostKeyType.replace('ssh-', '')
  const hostKeyFile = `/etc/ssh/ssh_host_${kind}_key`
  return [
    '{',
    'set -eu',
    'umask 022',
    'put () { printf %s "$3" >"$1"; chmod "$2" "$1"; }',
    'mount --bind log /var/log',
    'cd /',
    'mount -t tmpfs -o mode=755,size=64m rekey-lab /run',
    'mkdir -m 700 /run/.disk',
    'mkdir -p /run/.disk/home /run/.disk/root /run/.disk/tmp /run/.disk/machine /run/sshd /run/lock',
    'chmod 700 /run/.disk/root',
    ...pamModuleScript(spec.pam, pwqualityModule()),
    'chmod 1777 /run/.disk/tmp /run/lock',
    ...networkScript(spec, place),
    ...systemScript(spec),
    'mount --bind /proc /run/.disk/machine',
    'for folder in home root tmp; do mount --bind /run/.disk/$folder /$folder; done',
    'rm -rf /etc/ssh/ssh_host_* /etc/passwd- /etc/shadow- /etc/group- /etc/gshadow- /etc/subuid /etc/subgid',
    `put /etc/passwd 644 ${quote(users.passwd)}`,
    `put /etc/group 644 ${quote(users.group)}`,
    `put /etc/shadow 640 ${quote(users.shadow)}`,
    `put /etc/gshadow 640 ${quote(users.gshadow)}`,
    'chgrp shadow /etc/shadow /etc/gshadow',
    `put /etc/hostname 644 ${quote(`${spec.name}\n`)}`,
    // sudo looks its own host up, and waits for the name servers when that is not written down.
    `echo ${spec.address} ${spec.name} >>/etc/hosts`,
    `put ${hostKeyFile} 600 ${quote(spec.hostKey ?? '')}`,
    ...daemonOf(spec).script({ ...spec, sshdConfig: [...jumpConfig(spec, place), ...spec.sshdConfig ?? []] }, hostKeyFile),
    ...accountScript(spec.accounts),
    ...ownFiles(spec),
    ...pamScript(spec.pam),
    ...userlandScript(spec, [daemonOf(spec).program, '/usr/bin/unshare', '/usr/bin/nsenter']),
    start(spec, place),
    '}',
    ''
  ].join('\n')
}
