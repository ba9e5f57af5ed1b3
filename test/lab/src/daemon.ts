import type { HostSpec } from './spec.ts'
import type { Connection } from './sshd-log.ts'

/** A server that a host can have. */
export interface Daemon {
  /** Its log in the host's /var/log. */
  readonly logFile: string
  /** What it logs when it listens; a trial connection would leave traces in the log that tests count. */
  readonly listening: string
  /** Where it lies on the machine. */
  readonly program: string
  /** Lines of the host's script that set it up. The host key lies in OpenSSH's format in `hostKeyFile`. */
  readonly script: (spec: HostSpec, hostKeyFile: string) => string[]
  /** The command that becomes the server. @param program where it lies in the host */
  readonly command: (spec: HostSpec, program: string) => string
  readonly connectionsIn: (log: string) => Connection[]
}
