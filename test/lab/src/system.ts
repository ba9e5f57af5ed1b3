import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { quote } from './quote.ts'
import { debian13 } from './requirements.ts'
import type { HostSpec } from './spec.ts'

/** The folder whose `etc` a host starts from. */
export function rootOf ({ system = 'machine' }: HostSpec): string {
  return system === 'machine' ? '/' : debian13
}

/** What OpenSSH from 9.8 on starts for each connection. */
export const sessionProgram = '/usr/lib/openssh/sshd-session'

/** Of 9.8 or later: sessions are a program of their own there, and failed logins are held against the address that they came from. */
export function hasLateOpenSsh (spec: HostSpec): boolean {
  return existsSync(join(rootOf(spec), sessionProgram))
}

/** A writable layer of that name, in the host's memory, over a folder that stays as it is. */
function overlay (name: string, lower: string, at: string): string[] {
  const own = `/run/.disk/${name}`
  return [`mkdir ${own} ${own}.work`, `mount -t overlay -o lowerdir=${lower},upperdir=${own},workdir=${own}.work overlay ${at}`]
}

/**
 * Part of a host's script: lets it write where it starts from. What runs the machine's programs needs that of /etc, and of /var/lib, where root's
 * fences are. Another system is laid out beside the machine's and becomes the root of the host's mount namespace, so that whoever enters the host
 * later finds nothing else.
 */
export function systemScript (spec: HostSpec): string[] {
  const root = rootOf(spec)
  if (root === '/') return [...overlay('etc', '/etc', '/etc'), ...overlay('lib', '/var/lib', '/var/lib')]
  return [
    'mkdir /run/.disk/system',
    // A path may hold what separates the options of a mount.
    `mount --bind ${quote(root)} /run/.disk/system`,
    ...overlay('own', '/run/.disk/system', '/mnt'),
    'umount /run/.disk/system',
    'for folder in dev proc; do mount --rbind /$folder /mnt/$folder; done',
    'for folder in var/log run; do mount --move /$folder /mnt/$folder; done',
    'cd /mnt',
    'pivot_root . mnt',
    'cd /',
    'umount -l /mnt'
  ]
}
