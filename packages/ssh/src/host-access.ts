import type { DialPolicy, SecretValue, Target } from '@rekey/domain'
import { RekeyError, checkName, isPassword } from '@rekey/domain'
import type { Contact, HostAccess, Log } from '@rekey/rotation'
import { modern } from './algorithms.ts'
import { Connection } from './connection.ts'
import { dial } from './dial.ts'
import { HostIdentity } from './host-identity.ts'
import { LoginChain } from './login-chain.ts'
import { SshSession } from './session.ts'

export interface HostAccessOptions {
  /** What may be dialled; asked about the address that a name resolved to. */
  readonly dialPolicy: DialPolicy
  /** For the handshake, for the login and for each script, in milliseconds. */
  readonly stepTimeoutMs: number
  /** For resolving the name and opening the TCP connection, in milliseconds (10,000 unless told, never more than a step). */
  readonly connectTimeoutMs?: number
  readonly log?: Log | undefined
}

/** All banners of one login together, in bytes (RFC 4252, section 5.4, sets no limit). */
const mostBanner = 8 * 1024

/** The way to hosts over SSH: ssh2 on a socket of our own, keys and passwords only, one attempt at a time. */
export function createHostAccess (options: HostAccessOptions): HostAccess {
  return { contact: (target, secrets) => contact(target, secrets, options) }
}

async function contact (target: Target, secrets: readonly SecretValue[], { dialPolicy, stepTimeoutMs, connectTimeoutMs = 10_000, log }: HostAccessOptions): Promise<Contact> {
  const username = checkName('account', target.account)
  const identity = new HostIdentity(target.hostKeys)
  const chain = new LoginChain(username, secrets)
  const socket = await dial(target, dialPolicy, Math.min(connectTimeoutMs, stepTimeoutMs))
  const connection = new Connection(socket, {
    isPinned: target.hostKeys.length > 0,
    ignores: (error) => chain.isDeclining && error.level === 'client-authentication',
    log
  })
  try {
    watchBanners(connection)
    connection.client.on('ready', () => connection.attempt(() => chain.accept()))
    connection.client.on('change password', () => connection.attempt(() => chain.wantsMore()))
    await connection.until('the handshake', stepTimeoutMs, (resolve) => {
      connection.client.once('handshake', resolve)
      connection.start({
        username,
        algorithms: { ...modern(), serverHostKey: identity.algorithms },
        // Only `true` lets ssh2 go on here: it takes a promise, null or an error for a yes.
        hostVerifier: (shown: Buffer) => identity.verify(shown, (error) => connection.fail(error)),
        // Without keys, password or agent of its own, all that ssh2 can try is what the chain hands it.
        authHandler: (left: string[] | null, partial: boolean | null) => connection.attempt(() => chain.next(left, partial)),
        readyTimeout: 0,
        keepaliveInterval: 15_000,
        keepaliveCountMax: 2
      })
    })
    const hostKey = identity.proven()
    await connection.until('the login', stepTimeoutMs, (resolve) => { chain.ended.then(resolve, () => {}) })
    const opened = secrets[chain.verdicts.indexOf('accepted')]
    if (opened !== undefined && chain.method !== undefined) {
      const loginKey = isPassword(opened) ? undefined : opened.publicKey
      return { verdicts: chain.verdicts, hostKey, by: chain.method, session: new SshSession(connection, { account: username, loginKey, timeoutMs: stepTimeoutMs }) }
    }
    await connection.close()
    return { verdicts: chain.verdicts, hostKey }
  } catch (error) {
    await connection.close()
    throw error
  }
}

function watchBanners (connection: Connection): void {
  let length = 0
  const count = (text: string): void => {
    length += Buffer.byteLength(text)
    if (length > mostBanner) connection.fail(new RekeyError('ssh/misbehaved', `the host's banner is longer than ${mostBanner} bytes: shorten it (sshd_config, Banner)`))
  }
  connection.client.on('greeting', count).on('banner', count)
}
