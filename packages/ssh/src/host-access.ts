import type { DialPolicy, SecretValue, Target, Via } from '@rekey/domain'
import { isPassword } from '@rekey/domain'
import type { AuditTrail, Contact, HostAccess, JumpLogin, Log } from '@rekey/rotation'
import type { Transport } from './connection.ts'
import { dial } from './dial.ts'
import { beforeLogin } from './jump-failures.ts'
import { JumpHosts, keepaliveOf } from './jump-hosts.ts'
import type { JumpLink } from './jump-link.ts'
import { login } from './login.ts'
import { Penalties } from './penalties.ts'
import { SshSession } from './session.ts'

export interface HostAccessOptions {
  /** What may be dialled; asked about the address that a name resolved to, behind a jump host too. */
  readonly dialPolicy: DialPolicy
  /** For the handshake, for the login and for each script, in milliseconds. */
  readonly stepTimeoutMs: number
  /** For resolving the name and opening the TCP connection, in milliseconds (10,000 unless told, never more than a step). */
  readonly connectTimeoutMs?: number
  /** How to log in on a jump host, or nothing when that credential is not managed. Without it no host behind one is reached. */
  readonly loginOf?: (via: Via) => Promise<JumpLogin | undefined>
  /** How long a login on a jump host is kept when nobody passes through, in milliseconds (5,000 unless told). */
  readonly jumpIdleMs?: number
  readonly log?: Log | undefined
  /** Where it is recorded that a host's exception from modern algorithms was used. Without it none is offered. */
  readonly audit?: Pick<AuditTrail, 'record'>
}

export interface SshHostAccess extends HostAccess {
  /** Leaves the jump hosts. Call it when no session is open any more. */
  close (): Promise<void>
}

const keepaliveMs = 15_000

/** The way to hosts over SSH: ssh2 on a socket of our own or in a jump host's tunnel, keys and passwords only, one attempt at a time. */
export function createHostAccess (options: HostAccessOptions): SshHostAccess {
  const { dialPolicy, stepTimeoutMs, log, audit } = options
  const connectTimeoutMs = Math.min(options.connectTimeoutMs ?? 10_000, stepTimeoutMs)
  const { loginOf = () => Promise.resolve(undefined), jumpIdleMs: idleMs = 5000 } = options
  const penalties = new Penalties()
  const jumpHosts = new JumpHosts({ dialPolicy, stepTimeoutMs, connectTimeoutMs, loginOf, idleMs, penalties, log, audit })

  async function contact (target: Target, secrets: readonly SecretValue[]): Promise<Contact> {
    let link: JumpLink | undefined
    const reach = async (): Promise<Transport> => {
      if (target.via === null) return await dial(target, dialPolicy, connectTimeoutMs)
      const way = await jumpHosts.through(target.via, target)
      link = way.link
      return way.tunnel
    }
    const { verdicts, hostKey, accepted } = await login(target, secrets, reach, { stepTimeoutMs, keepaliveMs, penalties, log, audit }).catch(async (error: unknown) => {
      throw beforeLogin(await link?.blame(error, keepaliveOf(stepTimeoutMs)) ?? error)
    })
    if (accepted === undefined) return { verdicts, hostKey }
    const { secret, by, connection } = accepted
    const loginKey = isPassword(secret) ? undefined : secret.publicKey
    return { verdicts, hostKey, by, session: new SshSession(connection, { account: target.account, loginKey, timeoutMs: stepTimeoutMs }) }
  }

  return { contact, close: async () => await jumpHosts.close() }
}
