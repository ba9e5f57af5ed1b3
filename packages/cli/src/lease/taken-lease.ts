import { notOurs } from '@rekey/client'
import { formatVia, parseName, Secret } from '@rekey/domain'

/** A credential that is on lease. */
export interface Leased {
  /** `zone/host/account/name` */
  readonly credential: string
  readonly host: string
  readonly user: string
  readonly address: string
  readonly port: number
  readonly knownHosts: readonly string[]
  /** How the lease's ssh_config calls it, and its files: `host--account--name`. */
  readonly alias: string
  /** Undefined: it is a password. */
  readonly publicKey: string | undefined
  /** The private key, as OpenSSH writes it, or the password. */
  readonly secret: Secret
}

/** A lease as its holder gets it. */
export interface TakenLease {
  readonly id: string
  /** Renews it and gives it back. */
  readonly secret: Secret
  /** ISO 8601, as are all times. */
  readonly endsAt: string
  /** How long it may be renewed. */
  readonly endsAtMost: string
  readonly credentials: readonly Leased[]
  readonly knownHosts: string
  /** `{folder}` in it stands for where its holder puts the files. */
  readonly sshConfig: string
  /** All of it, as the broker wrote it: JSON. */
  readonly answer: Secret
}

/** @throws RekeyError `api/unavailable` for an answer of another shape */
export function takenLease (body: unknown): TakenLease {
  try {
    const { id, secret, endsAt, endsAtMost, credentials, knownHosts, sshConfig } = body as Record<'id' | 'secret' | 'endsAt' | 'endsAtMost' | 'knownHosts' | 'sshConfig', string> & { readonly credentials: readonly Raw[] }
    if (![id, secret, endsAt, endsAtMost, knownHosts, sshConfig].every(one => typeof one === 'string') || credentials.length === 0) throw notOurs('broker')
    return { id, secret: Secret.of(secret), endsAt, endsAtMost, credentials: credentials.map(leased), knownHosts, sshConfig, answer: Secret.of(JSON.stringify(body, null, 2)) }
  } catch {
    throw notOurs('broker')
  }
}

/** Of its own shape, checked where it is read. */
type Raw = Readonly<Record<'credential' | 'host' | 'user' | 'address', string>> & { readonly port: number, readonly knownHosts: readonly string[], readonly publicKey?: string, readonly privateKey?: string, readonly password?: string }

function leased ({ credential, host, user, address, port, knownHosts, publicKey, privateKey, password }: Raw): Leased {
  const secret = privateKey ?? password
  if (secret === undefined || (privateKey !== undefined && publicKey === undefined)) throw notOurs('broker')
  // Only a well-formed name becomes the name of a file.
  const alias = formatVia(parseName(credential)).replaceAll('/', '--')
  return { credential, host, user, address, port, knownHosts, alias, publicKey: privateKey === undefined ? undefined : publicKey, secret: Secret.of(secret) }
}
