import { isIPv4 } from 'node:net'
import { checkName, RekeyError } from '@rekey/domain'
import { publicKeyOf } from './keys.ts'

export interface AccountSpec {
  /** A login name; `root` is allowed. A system account of the same name (Debian has one called `backup`) gives way inside the host. */
  readonly name: string
  /** `.ssh/authorized_keys`, byte for byte. Absent: no such file. */
  readonly authorizedKeys?: string
  /** `.ssh/authorized_keys2`, byte for byte. Absent: no such file. */
  readonly authorizedKeys2?: string
  /** Set by the real `chpasswd`. Absent: no password opens the account. */
  readonly password?: string
  /** Absent: `/bin/bash`. */
  readonly shell?: string
}

export interface HostSpec {
  readonly name: string
  /** An address in 127.1.0.0/16. Hosts and labs that run at once need different ones; nothing has to be configured for them. */
  readonly address: string
  /** Absent: 22022. */
  readonly port?: number
  readonly accounts: readonly AccountSpec[]
  /** Lines for sshd_config. They win over the lab's own; from the first `Match` on they go to the end of the file. */
  readonly sshdConfig?: readonly string[]
  /** An unencrypted OpenSSH private key. Absent: a fresh Ed25519 one. */
  readonly hostKey?: string
}

export const defaultPort = 22022

function refuse (message: string, field: string): never {
  throw new RekeyError('input/invalid', message, { field })
}

/** @throws RekeyError `input/invalid` or `name/invalid`, naming the host and what is wrong with it */
export function checkSpecs (hosts: readonly HostSpec[]): void {
  const names = new Set<string>()
  const sockets = new Set<string>()
  for (const host of hosts) {
    checkName('host', host.name, 'host name')
    const port = host.port ?? defaultPort
    if (!isIPv4(host.address) || !host.address.startsWith('127.1.')) refuse(`host ${host.name}: ${JSON.stringify(host.address)} is not an address in 127.1.0.0/16`, 'address')
    if (!Number.isInteger(port) || port < 1 || port > 65535) refuse(`host ${host.name}: the port must be a number from 1 to 65535`, 'port')
    if (names.has(host.name)) refuse(`two hosts of this lab are called ${host.name}`, 'name')
    if (sockets.has(`${host.address}:${port}`)) refuse(`two hosts of this lab want ${host.address}:${port}`, 'address')
    if (host.hostKey !== undefined) checkHostKey(host.name, host.hostKey)
    names.add(host.name)
    sockets.add(`${host.address}:${port}`)
    checkAccounts(host)
  }
}

function checkHostKey (name: string, privateKey: string): void {
  try {
    publicKeyOf(privateKey)
  } catch {
    refuse(`host ${name}: its host key is not an unencrypted OpenSSH private key`, 'hostKey')
  }
}

function checkAccounts (host: HostSpec): void {
  const names = new Set<string>()
  for (const account of host.accounts) {
    checkName('account', account.name, 'account name')
    if (names.has(account.name)) refuse(`host ${host.name} has two accounts called ${account.name}`, 'accounts')
    if (['sshd', 'nobody'].includes(account.name)) refuse(`host ${host.name}: sshd itself needs the account ${account.name}`, 'accounts')
    if (/[\n:]/.test(account.shell ?? '')) refuse(`host ${host.name}: the shell of ${account.name} is not a path`, 'shell')
    if (/[\n\0]/.test(account.password ?? '')) refuse(`host ${host.name}: chpasswd takes no line break in the password of ${account.name}`, 'password')
    names.add(account.name)
  }
}
