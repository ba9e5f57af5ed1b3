import type { ConnectionOptions, SecureContext } from 'node:tls'
import type { Secret } from '@rekey/domain'
import type { RedisOptions } from 'bullmq'

/** One Redis user: a service's own, limited to its queue's keys. */
export interface RedisLogin {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly password: Secret
  /** PEM of the CA that signed Redis's certificate; absent: plain TCP, for a Redis that is reached without a network. */
  readonly ca?: string | undefined
  /** For a Redis that demands a certificate: what is shown of it at a new connection, with the CA. */
  readonly certificate?: { context (): SecureContext } | undefined
}

/** BullMQ refuses `:` in queue names and job ids; the prefix separates Rekey's keys from everything else. */
export const prefix = 'rekey'

export function queueName (zone: string): string {
  return `visits-${zone}`
}

/**
 * A job's id is its host. A job lies at a key beside the queue's own (`meta`, `wait`, `events` …), and BullMQ refuses numbers,
 * so that a host of such a name would stop the queue of the whole zone: hence the mark in front.
 */
export function jobId (host: string): string {
  return `host-${host}`
}

/** Rejection is said outright, as NODE_TLS_REJECT_UNAUTHORIZED could else turn it off. */
function tls ({ ca, certificate }: RedisLogin): ConnectionOptions | undefined {
  if (certificate === undefined) return ca === undefined ? undefined : { ca, rejectUnauthorized: true, minVersion: 'TLSv1.2' }
  // ioredis copies this object for each connection that it makes, and asks anew then.
  return { rejectUnauthorized: true, get secureContext () { return certificate.context() } }
}

/** How BullMQ is to connect. It makes the connections itself, so that its `close()` ends them. */
export function connection (login: RedisLogin, more: RedisOptions): RedisOptions {
  const secured = tls(login)
  return {
    host: login.host,
    port: login.port,
    username: login.username,
    password: login.password.open(),
    ...secured !== undefined && { tls: secured },
    connectTimeout: 2000,
    // From Redis 7.2 on, what a library tells of itself is a command of its own, which no user here needs.
    disableClientInfo: true,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2000),
    ...more
  }
}
