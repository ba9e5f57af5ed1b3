import { quote } from './quote.ts'
import type { HostSpec } from './spec.ts'

/** Programs that start a host. Only root may enter the folder. */
const own = '/run/.disk/bin'

/** By which PAM, from 1.6 on, looks at every password and account: a part of it, wherever its modules are. */
const pamHelper = '/usr/sbin/unix_chkpwd'

/** Where a program of Debian lies that the lab needs to start the host. */
export function programOf ({ userland = 'debian' }: HostSpec, path: string): string {
  return userland === 'busybox' ? path.replace(/^.*\//, `${own}/`) : path
}

/**
 * The last part of the script of a BusyBox host: hides Debian's programs behind BusyBox's applets. Debian's /bin and /sbin are links
 * to /usr/bin and /usr/sbin, libraries stay where they are.
 * @param needed programs of Debian that start the host, by their full paths
 */
export function userlandScript ({ userland = 'debian', keep = [] }: HostSpec, needed: readonly string[]): string[] {
  if (userland === 'debian') return []
  return [
    `mkdir -p ${own} /run/.disk/usr/bin /run/.disk/usr/sbin /run/.disk/none`,
    'cp /usr/bin/busybox /run/.disk/usr/bin/',
    `cp ${needed.map(quote).join(' ')} ${own}/`,
    ...[pamHelper, ...keep].map((path) => `cp -p ${quote(path)} ${quote(`/run/.disk${path}`)}`),
    'for applet in $(busybox --list-full); do',
    // Debian 12's has none of these, Debian 13's has them for root alone: they are not setuid.
    '  case $applet in */passwd | */su) continue ;; usr/*) ;; bin/* | sbin/*) applet=usr/$applet ;; *) continue ;; esac',
    '  [ -e "/run/.disk/$applet" ] || ln -s /usr/bin/busybox "/run/.disk/$applet"',
    'done',
    'for folder in /usr/local/bin /usr/local/sbin /usr/games; do [ ! -d "$folder" ] || mount --bind /run/.disk/none "$folder"; done',
    'mount --bind /run/.disk/usr/sbin /usr/sbin',
    // From here on `mount` is BusyBox's.
    'mount --bind /run/.disk/usr/bin /usr/bin'
  ]
}
