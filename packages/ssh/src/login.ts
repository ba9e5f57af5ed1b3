import type { ProofMethod, SecretValue, Target } from '@rekey/domain'
import { RekeyError, checkName, isRekeyError } from '@rekey/domain'
import type { Log, Verdict } from '@rekey/rotation'
import { modern } from './algorithms.ts'
import { Connection } from './connection.ts'
import type { Transport } from './connection.ts'
import { HostIdentity } from './host-identity.ts'
import { LoginChain } from './login-chain.ts'

/** All banners of one login together, in bytes (RFC 4252, section 5.4, sets no limit). */
const mostBanner = 8 * 1024
const accountExpired = 'The host ended the login and says that the account has expired (`chage -l`): prolong it (`chage -E`), and it goes on.'

export interface LoginOptions {
  /** For the handshake and for the login, in milliseconds. */
  readonly stepTimeoutMs: number
  /** How often the host is asked whether it is still there; at the third silence the connection ends. */
  readonly keepaliveMs: number
  readonly log: Log | undefined
}

export interface Login {
  readonly verdicts: readonly Verdict[]
  /** The key that the host has proven to hold: `type base64`. */
  readonly hostKey: string
  /** Given when a secret was accepted. Else the connection is closed. */
  readonly accepted?: { readonly secret: SecretValue, readonly by: ProofMethod, readonly connection: Connection }
}

/**
 * One fresh connection: verifies the host key, then shows the secrets, all of one kind, one by one until one is accepted.
 * @param reach opens the way to the host
 * @throws RekeyError `ssh/*`, and what `reach` throws
 */
export async function login (target: Target, secrets: readonly SecretValue[], reach: () => Promise<Transport>, { stepTimeoutMs, keepaliveMs, log }: LoginOptions): Promise<Login> {
  const username = checkName('account', target.account)
  const identity = new HostIdentity(target.hostKeys)
  const chain = new LoginChain(username, secrets)
  const connection = new Connection(await reach(), {
    isPinned: target.hostKeys.length > 0,
    ignores: (error) => chain.isDeclining && error.level === 'client-authentication',
    log
  })
  let isExpired = (): boolean => false
  try {
    isExpired = watchBanners(connection)
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
        keepaliveInterval: keepaliveMs,
        keepaliveCountMax: 2
      })
    })
    const hostKey = identity.proven()
    await connection.until('the login', stepTimeoutMs, (resolve) => { chain.ended.then(resolve, () => {}) })
    const secret = secrets[chain.verdicts.indexOf('accepted')]
    if (secret !== undefined && chain.method !== undefined) {
      return { verdicts: chain.verdicts, hostKey, accepted: { secret, by: chain.method, connection } }
    }
    await connection.close()
    return { verdicts: chain.verdicts, hostKey }
  } catch (error) {
    await connection.close()
    if (isRekeyError(error, 'ssh/dropped') && isExpired()) throw new RekeyError('ssh/dropped', accountExpired, { account: 'expired' })
    throw error
  }
}

/** @returns whether the host has said that the account has expired, as PAM does to who has shown the right secret (pam_unix(8)) */
function watchBanners (connection: Connection): () => boolean {
  let length = 0
  let isExpired = false
  const count = (text: string): void => {
    length += Buffer.byteLength(text)
    if (length > mostBanner) connection.fail(new RekeyError('ssh/misbehaved', `the host's banner is longer than ${mostBanner} bytes: shorten it (sshd_config, Banner)`))
  }
  connection.client.on('greeting', count).on('banner', (text: string) => {
    count(text)
    isExpired ||= text.includes('account has expired')
  })
  return () => isExpired
}
