import { isIPv4 } from 'node:net'
import { checkName, RekeyError } from '@rekey/domain'
import { publicKeyOf } from './keys.ts'
import { levels } from './network.ts'
import { defaultPort, type HostSpec } from './spec.ts'

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
    const socket = `${host.via ?? ''} ${host.address}:${port}`
    if (sockets.has(socket)) refuse(`two hosts of this lab want ${host.address}:${port}`, 'address')
    if (host.hostKey !== undefined) checkHostKey(host.name, host.hostKey)
    names.add(host.name)
    sockets.add(socket)
    checkAccounts(host)
    checkPam(host)
    checkServer(host)
    checkSystem(host)
    for (const { path } of host.files ?? []) {
      if (!/^\/(etc|home|root|run|tmp)\/[^\n]+$/.test(path) || path.split('/').includes('..')) refuse(`host ${host.name}: ${JSON.stringify(path)} is not a place of its own`, 'files')
    }
  }
  levels(hosts)
}

function checkSystem ({ name, system = 'machine', daemon = 'openssh', userland = 'debian', pam }: HostSpec): void {
  if (system === 'machine') return
  if (daemon !== 'openssh' || userland !== 'debian') refuse(`host ${name}: what runs ${system} is served by its own OpenSSH and programs`, 'system')
  if (pam?.pwquality !== undefined) refuse(`host ${name}: ${system} has no pam_pwquality`, 'pam')
}

function checkServer ({ name, accounts, daemon = 'openssh', sshdConfig = [], dropbearOptions = [], userland = 'debian', keep = [] }: HostSpec): void {
  if (daemon === 'dropbear' && sshdConfig.length > 0) refuse(`host ${name}: Dropbear has no sshd_config`, 'sshdConfig')
  if (daemon === 'openssh' && dropbearOptions.length > 0) refuse(`host ${name}: its server is not Dropbear`, 'dropbearOptions')
  if (userland === 'debian' && keep.length > 0) refuse(`host ${name}: it has all of Debian's programs anyway`, 'keep')
  if (userland === 'busybox' && accounts.some(({ sudo }) => sudo !== undefined) && !keep.includes('/usr/bin/sudo')) {
    refuse(`host ${name}: BusyBox has no sudo: keep /usr/bin/sudo`, 'keep')
  }
  const stranger = keep.find((path) => !/^\/usr\/s?bin\/[\w.+-]+$/.test(path))
  if (stranger !== undefined) refuse(`host ${name}: ${JSON.stringify(stranger)} is no program in /usr/bin or /usr/sbin`, 'keep')
}

function checkPam ({ name, pam = {} }: HostSpec): void {
  const counts = { deny: pam.faillock?.deny, unlockSeconds: pam.faillock?.unlockSeconds, minlen: pam.pwquality?.minlen, remember: pam.pwhistory?.remember }
  for (const [field, count] of Object.entries(counts)) {
    if (count !== undefined && (!Number.isInteger(count) || count < 0)) refuse(`host ${name}: ${field} is not a whole number`, field)
  }
  for (const [setting, value] of Object.entries(pam.pwquality ?? {})) {
    if (!/^[a-z_]+$/.test(setting) || /\n/.test(String(value))) refuse(`host ${name}: ${JSON.stringify(setting)} is no setting of pwquality.conf`, 'pwquality')
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
    for (const [field, days] of Object.entries(account.passwordAge ?? {})) {
      if (!Number.isInteger(days) || days < -1 || days > 100_000) refuse(`host ${host.name}: ${field} of ${account.name} is not a number of days`, field)
    }
    names.add(account.name)
  }
}
