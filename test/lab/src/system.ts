import { quote } from './quote.ts'
import { debian13 } from './requirements.ts'
import type { HostSpec } from './spec.ts'

/** The folder whose `etc` a host starts from. */
export function rootOf ({ system = 'machine' }: HostSpec): string {
  return system === 'machine' ? '/' : debian13
}

/** A writable layer, in the host's memory, over a folder that stays as it is. */
function overlay (lower: string, at: string): string {
  return `mount -t overlay -o lowerdir=${lower},upperdir=/run/.disk/own,workdir=/run/.disk/work overlay ${at}`
}

/**
 * Part of a host's script: lets it write where it starts from. What runs the machine's programs needs that of /etc alone. Another system is laid out
 * beside the machine's and becomes the root of the host's mount namespace, so that whoever enters the host later finds nothing else.
 */
export function systemScript (spec: HostSpec): string[] {
  const root = rootOf(spec)
  if (root === '/') return [overlay('/etc', '/etc')]
  return [
    'mkdir /run/.disk/system',
    // A path may hold what separates the options of a mount.
    `mount --bind ${quote(root)} /run/.disk/system`,
    overlay('/run/.disk/system', '/mnt'),
    'umount /run/.disk/system',
    'for folder in dev proc; do mount --rbind /$folder /mnt/$folder; done',
    'for folder in var/log run; do mount --move /$folder /mnt/$folder; done',
    'cd /mnt',
    'pivot_root . mnt',
    'cd /',
    'umount -l /mnt'
  ]
}
