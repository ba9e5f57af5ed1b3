import type { Daemon } from './daemon.ts'
import { dropbear } from './dropbear.ts'
import { openssh } from './openssh.ts'
import type { HostSpec } from './spec.ts'

export function daemonOf ({ daemon = 'openssh' }: HostSpec): Daemon {
  return { openssh, dropbear }[daemon]
}
