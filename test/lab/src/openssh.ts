import type { Daemon } from './daemon.ts'
import { quote } from './quote.ts'
import { defaultPort, type HostSpec } from './spec.ts'
import { connectionsIn } from './sshd-log.ts'
import { hasLateOpenSsh } from './system.ts'

/** As Debian ships it, but for the address, the log level (each key's fingerprint is logged) and the one host key. */
function sshdConfig (spec: HostSpec, hostKeyFile: string): string {
  const own = spec.sshdConfig ?? []
  const match = own.findIndex((line) => /^\s*match\s/i.test(line))
  const end = match === -1 ? own.length : match
  // sshd takes the first value that it meets, so the caller's lines come first.
  return [
    ...own.slice(0, end),
    `Port ${spec.port ?? defaultPort}`,
    `ListenAddress ${spec.address}`,
    `HostKey ${hostKeyFile}`,
    'LogLevel VERBOSE',
    'UsePAM yes',
    'KbdInteractiveAuthentication no',
    'PrintMotd no',
    'AcceptEnv LANG LC_*',
    'Subsystem sftp /usr/lib/openssh/sftp-server',
    ...keepsPenalties(spec) ? [] : ['PerSourcePenalties no'],
    ...own.slice(end)
  ].map((line) => `${line}\n`).join('')
}

/** An older OpenSSH knows none. */
function keepsPenalties (spec: HostSpec): boolean {
  const { system = 'machine', penalties = system !== 'machine' } = spec
  return penalties || !hasLateOpenSsh(spec)
}

export const openssh: Daemon = {
  logFile: 'sshd.log',
  listening: 'Server listening on',
  program: '/usr/sbin/sshd',
  script: (spec, hostKeyFile) => [
    'rm -rf /etc/ssh/sshd_config.d',
    `put /etc/ssh/sshd_config 644 ${quote(sshdConfig(spec, hostKeyFile))}`
  ],
  command: (_, program) => `${program} -D -E /var/log/sshd.log </dev/null >/dev/null 2>&1`,
  connectionsIn
}
