import type { DialPolicy, Target, UserKey } from '@rekey/domain'
import { RekeyError, checkName } from '@rekey/domain'
import type { Contact, HostAccess, Log } from '@rekey/rotation'
import { modern } from './algorithms.ts'
import { Connection } from './connection.ts'
import { dial } from './dial.ts'
import { HostIdentity } from './host-identity.ts'
import { KeyChain } from './key-chain.ts'
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

/** The way to hosts over SSH: ssh2 on a socket of our own, keys only, one attempt at a time. */
export function createHostAccess (options: HostAccessOptions): HostAccess {
  return { contact: (target, keys) => contact(target, keys, options) }
}

async function contact (target: Target, keys: readonly UserKey[], { dialPolicy, stepTimeoutMs, connectTimeoutMs = 10_000, log }: HostAccessOptions): Promise<Contact> {
  const username = checkName('account', target.account)
  const identity = new HostIdentity(target.hostKeys)
  const chain = new KeyChain(username, keys)
  const socket = await dial(target, dialPolicy, Math.min(connectTimeoutMs, stepTimeoutMs))
  const connection = new Connection(socket, {
    isPinned: target.hostKeys.length > 0,
    ignores: (error) => chain.isDeclining && error.level === 'client-authentication',
    log
  })
  try {
    watchBanners(connection)
    connection.client.on('ready', () => connection.attempt(() => chain.accept()))
    await connection.until('the handshake', stepTimeoutMs, (resolve) => {
      connection.client.once('handshake', resolve)
      connection.start({
        username,
        algorithms: { ...modern(), serverHostKey: identity.algorithms },
        // Only `true` lets ssh2 go on here: it takes a promise, null or an error for a yes.
        hostVerifier: (shown: Buffer) => identity.verify(shown, (error) => connection.fail(error)),
        // Without keys, password or agent of its own, all that ssh2 can try is what the chain hands it.
        authHandler: (left: string[] | null, partial: boolean | null) => chain.next(left, partial),
        readyTimeout: 0,
        keepaliveInterval: 15_000,
        keepaliveCountMax: 2
      })
    })
    const hostKey = identity.proven()
    await connection.until('the login', stepTimeoutMs, (resolve) => { chain.ended.then(resolve, () => {}) })
    const loginKey = keys[chain.verdicts.indexOf('accepted')]?.publicKey
    if (loginKey !== undefined) return { verdicts: chain.verdicts, hostKey, session: new SshSession(connection, { loginKey, timeoutMs: stepTimeoutMs }) }
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
