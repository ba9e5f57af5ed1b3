import { RekeyError } from '@rekey/domain'
import type { HostSpec } from './spec.ts'
import { hasLateOpenSsh, sessionProgram } from './system.ts'

/** A host's place among networks. */
export interface Place {
  /** Others are reached through this host. */
  readonly isJump: boolean
  /** The process that shows where the network of its own jump host is. */
  readonly jumpPid?: number
}

// Network namespaces, each held by a mount on a file.
const behind = '/run/.disk/network-behind'
const around = '/run/.disk/network-around'
const session = '/run/.disk/session'

/**
 * Part of a host's script, by the machine's programs. A jump host makes the network behind it, where 127.0.0.0/8 is a world of its own. Its server
 * listens on this side and its sessions run on the other: what sshd starts for each connection enters the network first.
 */
export function networkScript (spec: HostSpec, { isJump, jumpPid }: Place): string[] {
  const lines: string[] = []
  if (isJump) {
    lines.push(
      `touch ${behind}`,
      `unshare --net=${behind} busybox ip link set lo up`,
      `put ${session} 700 '#!/bin/sh\nexec nsenter --net=${behind} ${hasLateOpenSsh(spec) ? sessionProgram : '/usr/sbin/sshd'} "$@"\n'`
    )
  }
  if (jumpPid !== undefined) {
    lines.push(
      `touch ${around}`,
      `nsenter --net=/proc/${jumpPid}/root${behind} mount --bind /proc/self/ns/net ${around}`
    )
  }
  return lines
}

/** Lines of a jump host's sshd_config, where it can be told what to start (`SshdSessionPath`). */
export function jumpConfig (spec: HostSpec, { isJump }: Place): string[] {
  return isJump && hasLateOpenSsh(spec) ? [`SshdSessionPath ${session}`] : []
}

/** A word that stands for sshd where a command begins. An older one starts itself anew for each connection, by its own name: a jump host's has that of the program above. */
export function serverOf (spec: HostSpec, { isJump }: Place, program: string): string {
  return isJump && !hasLateOpenSsh(spec) ? `bash -c 'exec -a ${session} "$0" "$@"' ${program}` : program
}

/** What stands before the command that starts a host, so that it listens where it should. */
export function enter ({ jumpPid }: Place, nsenter: string): string {
  return jumpPid === undefined ? '' : `${nsenter} --net=${around} `
}

/**
 * Hosts in the order in which they can start: each level's jump hosts are in the ones before.
 * @throws RekeyError `input/invalid` for a jump host that is not there, can't be one, or is reached through its own guests
 */
export function levels (hosts: readonly HostSpec[]): HostSpec[][] {
  const jumps = new Set(hosts.map(({ via }) => via))
  for (const { name, daemon = 'openssh', userland = 'debian' } of hosts) {
    if (jumps.has(name) && (daemon !== 'openssh' || userland !== 'debian')) {
      throw new RekeyError('input/invalid', `host ${name}: a jump host runs OpenSSH and Debian's programs`, { field: 'via' })
    }
  }
  const found: HostSpec[][] = []
  const placed = new Set<string | undefined>([undefined])
  for (let rest = [...hosts]; rest.length > 0;) {
    const level = rest.filter(({ via }) => placed.has(via))
    const [lost] = rest
    if (level.length === 0) throw new RekeyError('input/invalid', `host ${lost?.name ?? ''}: there is no way to its jump host ${lost?.via ?? ''}`, { field: 'via' })
    rest = rest.filter((host) => !level.includes(host))
    for (const { name } of level) placed.add(name)
    found.push(level)
  }
  return found
}
