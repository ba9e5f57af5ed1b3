import { formatName, formatVia, isPassword, type Credential, type CredentialName, type Target, type Via } from '@rekey/domain'
import { legacyOptions } from '@rekey/ssh'
import type { Static } from 'typebox'
import type { HandedOut, LeaseAnswer } from './schemas.ts'
import type { Taken } from './take.ts'

/** A jump host on the way: where it is, and by which keys it is known. */
type Hop = { readonly name: CredentialName, readonly target: Target }

/**
 * What the holder of a lease gets: the secrets in the clear, for him alone.
 * @param find to describe jump hosts, whose secrets are not in it unless they are leased themselves
 */
export async function handOut ({ lease, secret, credentials }: Taken, find: (name: CredentialName) => Promise<Credential | undefined>): Promise<Static<typeof LeaseAnswer>> {
  const ways = await Promise.all(credentials.map(async (credential) => ({ credential, hops: await hopsOf(credential, find) })))
  const hops = ways.flatMap((way) => way.hops)
  const targets = [...credentials, ...hops]
  return {
    id: lease.id,
    zone: lease.zone,
    grant: lease.grant,
    secret: secret.open(),
    endsAt: lease.endsAt,
    endsAtMost: lease.endsAtMost,
    credentials: ways.map(({ credential, hops }) => handedOut(credential, hops)),
    knownHosts: [...new Set(targets.flatMap(knownHosts))].map((line) => `${line}\n`).join(''),
    sshConfig: sshConfig(credentials, hops)
  }
}

function handedOut (credential: Credential, hops: readonly Hop[]): Static<typeof HandedOut> {
  const { name, target, current } = credential
  const { fingerprint } = current
  const common = { credential: formatName(name), host: name.host, user: target.account, address: target.address, port: target.port, fingerprint, knownHosts: knownHosts(credential), jumpHosts: hops.map(jumpView) }
  return isPassword(current)
    ? { kind: 'password', ...common, password: current.password.open() }
    : { kind: 'ssh-key', ...common, privateKey: current.privateKey.open(), publicKey: current.publicKey }
}

function jumpView (hop: Hop): Static<typeof HandedOut>['jumpHosts'][number] {
  const { name, target } = hop
  return { credential: formatName(name), user: target.account, address: target.address, port: target.port, knownHosts: knownHosts(hop) }
}

/** The jump host nearest to the target first. */
async function hopsOf ({ name: { zone }, target: { via } }: { readonly name: CredentialName, readonly target: Target }, find: (name: CredentialName) => Promise<Credential | undefined>): Promise<Hop[]> {
  if (via === null) return []
  const hop = await find({ zone, ...via })
  return hop === undefined ? [] : [hop, ...await hopsOf(hop, find)]
}

/** Lines of a known_hosts file: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. */
function knownHosts ({ target: { address, port, hostKeys } }: { readonly target: Target }): string[] {
  const place = port === 22 ? address : `[${address}]:${port}`
  return hostKeys.map((key) => `${place} ${key}`)
}

/**
 * An ssh_config(5) with a block for each credential, under its alias; the first of a host goes by the host's name and address, too. `{folder}` stands for where its holder has put the
 * public keys, `known_hosts` and the socket of an agent.
 */
function sshConfig (credentials: readonly Credential[], hops: readonly Hop[]): string {
  const blocks = new Map([...credentials, ...hops].map((one) => [aliasOf(one.name), one]))
  const seen = new Set<string>()
  const lines = [...blocks].flatMap(([alias, { name: { host }, target }]) => {
    const names = [...new Set([host, target.address])].filter(name => !seen.has(name))
    for (const name of names) seen.add(name)
    return [
      `Host ${[...names, alias].join(' ')}`,
      `  HostName ${target.address}`,
      `  Port ${target.port}`,
      `  User ${target.account}`,
      `  IdentityFile "{folder}/${alias}.pub"`,
      `  ProxyJump ${target.via === null ? 'none' : aliasOf(target.via)}`,
      ...legacyOptions(target.legacyAlgorithms ?? []),
      ''
    ]
  })
  return [...lines, common].join('\n')
}

const common = `Host *
  UserKnownHostsFile "{folder}/known_hosts"
  GlobalKnownHostsFile none
  StrictHostKeyChecking yes
  UpdateHostKeys no
  IdentityAgent "{folder}/agent"
  IdentitiesOnly yes
  ForwardAgent no
`

/** Also the name of the file with its public key. */
function aliasOf (name: Via): string {
  return formatVia(name).replaceAll('/', '--')
}
