import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Fleet } from './fleet.ts'
import type { Lab } from './lab.ts'
import { quote } from './quote.ts'

/** The files with which a person's own `ssh` reaches a fleet. */
export interface WayIn {
  readonly knownHosts: string
  /** For `ssh -F`: knows every host by its name. */
  readonly config: string
  /** The private key file of `host` and `account`. */
  keyFile (host: string, account: string): string
}

function word (text: string): string {
  return /^[\w@+=:,./-]+$/.test(text) ? text : quote(text)
}

/** A path as ssh_config(5) takes it, which splits at spaces. */
function path (text: string): string {
  return `"${text}"`
}

/** Writes private keys, pinned host keys and an ssh configuration into the lab's folder. */
export async function writeWayIn (lab: Lab, fleet: Fleet): Promise<WayIn> {
  const keys = join(lab.dir, 'keys')
  const way: WayIn = {
    knownHosts: join(lab.dir, 'known_hosts'),
    config: join(lab.dir, 'ssh_config'),
    keyFile: (host, account) => join(keys, `${host}-${account}`)
  }
  await rm(keys, { recursive: true, force: true })
  await mkdir(keys, { mode: 0o700 })
  for (const key of fleet.keys) await writeFile(way.keyFile(key.host, key.account), key.privateKey, { mode: 0o600 })
  const known = lab.hosts.flatMap(({ address, port, hostKeys }) => hostKeys.map((key) => `[${address}]:${port} ${key}\n`))
  await writeFile(way.knownHosts, known.join(''))
  const hosts = lab.hosts.map(({ name, address, port, via }) => {
    // Where there are several accounts, any will do for passing through.
    const hop = fleet.keys.find(({ host }) => host === via)?.account
    const jump = via === undefined ? '' : `  ProxyJump ${hop === undefined ? '' : `${hop}@`}${via}\n`
    return `Host ${name}\n  HostName ${address}\n  Port ${port}\n${jump}  IdentityFile ${path(join(keys, `${name}-`))}%r\n`
  })
  await writeFile(way.config, `${hosts.join('')}Host *\n  IdentitiesOnly yes\n  IdentityAgent none\n  StrictHostKeyChecking yes\n  UserKnownHostsFile ${path(way.knownHosts)}\n`)
  return way
}

/** What to tell a person: each host with its accounts, then a command that works as it stands. */
export function describe (fleet: Fleet, way: WayIn): string[] {
  const rows = fleet.keys.map((key) => {
    const host = fleet.hosts.find(({ name }) => name === key.host)
    return [key.host, `${host?.address ?? ''}:${host?.port ?? ''}`, key.account, key.type, way.keyFile(key.host, key.account), host?.trait ?? '']
  })
  const table = [['host', 'address', 'account', 'key', 'private key file', 'what is special'], ...rows]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  const [key] = fleet.keys
  const host = fleet.hosts.find(({ name }) => name === key?.host)
  if (key === undefined || host === undefined) return []
  return [
    ...table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()),
    '',
    `known_hosts   ${way.knownHosts}`,
    'Try it:',
    `  ssh -F none -i ${word(way.keyFile(key.host, key.account))} -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes ` +
      `-o ${word(`UserKnownHostsFile=${/\s/.test(way.knownHosts) ? path(way.knownHosts) : way.knownHosts}`)} -p ${host.port} ${key.account}@${host.address} hostname`,
    `  ssh -F ${word(way.config)} ${key.account}@${key.host}     (any host of the list, by its name)`
  ]
}
