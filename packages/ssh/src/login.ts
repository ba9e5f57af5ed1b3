import type { ProofMethod, SecretValue, Target } from '@rekey/domain'
import { RekeyError, checkName, isRekeyError } from '@rekey/domain'
import type { AuditTrail, Log, Verdict } from '@rekey/rotation'
import type { AnyAuthMethod, NegotiatedAlgorithms } from 'ssh2'
import { legacyIn, offeredTo } from './algorithms.ts'
import { Connection } from './connection.ts'
import type { Transport } from './connection.ts'
import { HostIdentity } from './host-identity.ts'
import { LegacyUse } from './legacy-use.ts'
import { LoginChain } from './login-chain.ts'
import type { Penalties } from './penalties.ts'
import { typeOf } from './public-key.ts'

/** All banners of one login together, in bytes (RFC 4252, section 5.4, sets no limit). */
const mostBanner = 8 * 1024
const accountExpired = 'The host ended the login and says that the account has expired (`chage -l`): prolong it (`chage -E`), and it goes on.'

export interface LoginOptions {
  /** For the handshake and for the login, in milliseconds. */
  readonly stepTimeoutMs: number
  /** How often the host is asked whether it is still there; at the third silence the connection ends. */
  readonly keepaliveMs: number
  readonly penalties: Penalties
  readonly log: Log | undefined
  /** Where it is recorded that a host's exception from modern algorithms was used. Without it none is offered. */
  readonly audit: Pick<AuditTrail, 'record'> | undefined
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
 * @throws RekeyError `ssh/*`, `audit/unwritable`, and what `reach` throws
 */
export async function login (target: Target, secrets: readonly SecretValue[], reach: () => Promise<Transport>, options: LoginOptions): Promise<Login> {
  return await options.penalties.heed(target, async () => await loginAtOnce(target, secrets, reach, options))
}

async function loginAtOnce (target: Target, secrets: readonly SecretValue[], reach: () => Promise<Transport>, { stepTimeoutMs, keepaliveMs, penalties, log, audit }: LoginOptions): Promise<Login> {
  const username = checkName('account', target.account)
  const exceptions = audit === undefined ? [] : target.legacyAlgorithms ?? []
  const offered = offeredTo({ pinned: target.hostKeys, exceptions })
  const identity = new HostIdentity(target.hostKeys, offered.serverHostKey)
  const chain = new LoginChain(username, secrets, { allowsSha1: exceptions.includes('ssh-rsa') })
  const legacy = new LegacyUse(target, { audit, log })
  const connection = new Connection(await reach(), {
    circumstances: { pinnedTypes: target.hostKeys.map(typeOf), offered },
    ignores: (error) => chain.isDeclining && error.level === 'client-authentication',
    log
  })
  let isExpired = (): boolean => false
  let mayBegin = false
  try {
    isExpired = watchBanners(connection)
    connection.client.on('ready', () => connection.attempt(() => chain.accept()))
    connection.client.on('change password', () => connection.attempt(() => chain.wantsMore()))
    /** Shows the first secret, which waits until the use of exceptions is recorded. */
    let begin: (() => void) | undefined
    const negotiated = await connection.until<NegotiatedAlgorithms>('the handshake', stepTimeoutMs, (resolve) => {
      connection.client.once('handshake', resolve)
      connection.start({
        username,
        algorithms: { ...offered, compress: ['none'] },
        // Only `true` lets ssh2 go on here: it takes a promise, null or an error for a yes.
        hostVerifier: (shown: Buffer) => identity.verify(shown, (error) => connection.fail(error)),
        // Without keys, password or agent of its own, all that ssh2 can try is what the chain hands it.
        authHandler: (left: string[] | null, partial: boolean | null, show) => {
          const next = (): AnyAuthMethod | undefined => connection.attempt(() => chain.next(left, partial))
          if (mayBegin) return next()
          begin = () => {
            const first = next()
            if (first !== undefined) connection.attempt(() => show(first))
          }
          return undefined
        },
        readyTimeout: 0,
        keepaliveInterval: keepaliveMs,
        keepaliveCountMax: 2
      })
    })
    const hostKey = identity.proven()
    await legacy.record('handshake', legacyIn(negotiated))
    connection.client.on('handshake', (again) => connection.attempt(() => legacy.assertKnown(legacyIn(again))))
    try {
      await connection.until('the login', stepTimeoutMs, (resolve) => {
        chain.ended.then(resolve, () => {})
        mayBegin = true
        begin?.()
      })
    } finally {
      // Which hash a key signs with shows only when it does.
      if (chain.hasSignedBySha1) await legacy.record('login', ['ssh-rsa'])
    }
    const secret = secrets[chain.verdicts.indexOf('accepted')]
    if (secret !== undefined && chain.method !== undefined) {
      return { verdicts: chain.verdicts, hostKey, accepted: { secret, by: chain.method, connection } }
    }
    if (chain.hasDeclined) throw new RekeyError('ssh/no-common-algorithm', 'the host takes an RSA key only with a SHA-1 signature. Hand over a key of another kind or update its SSH server, or add the host again under another id with "legacyAlgorithms": ["ssh-rsa"]', { exceptions: 'ssh-rsa' })
    await connection.close()
    penalties.count(target, connection.version, { wasShown: mayBegin })
    return { verdicts: chain.verdicts, hostKey }
  } catch (error) {
    await connection.close()
    penalties.count(target, connection.version, { wasShown: mayBegin })
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
