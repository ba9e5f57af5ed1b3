import { makeFleet, makeOddFleet } from '@rekey/lab'
import type { FleetHost, FleetKey, FleetPassword, OddFleet } from '@rekey/lab'
import type { CredentialKind } from '@rekey/domain'

/** A secret that opens an account when the demo begins; the credential that it becomes is named as its kind. */
export type Handed = {
  readonly zone: string
  readonly host: string
  readonly account: string
  readonly name: CredentialKind
  /** `account/name` of the credential of the same host that changes this one. */
  readonly through: string | null
  /** Rekey can't manage it, and is to say why. */
  readonly isBeyond: boolean
  /** What the host asks for besides. */
  readonly secondFactor?: string
} & ({ readonly name: 'ssh-key', readonly key: FleetKey } | { readonly name: 'password', readonly password: string })

export interface DemoFleet {
  /** By zone. Give them to `startLab`. */
  readonly hosts: readonly FleetHost[]
  /** Those first that others are changed through. */
  readonly credentials: readonly Handed[]
  /** Each zone's networks. */
  readonly networks: Readonly<Record<Zone, readonly string[]>>
}

type Zone = 'production' | 'backup'

/** What is odd about hosts, by zone. Those with long names are in the zone with the short one: a row must fit its line. */
const odd: Readonly<Record<Zone, readonly string[]>> = {
  production: ['password', 'root-password', 'sudo-nopasswd', 'faillock', 'pwquality', 'keys-elsewhere', 'nologin', 'busybox-key', 'too-young'],
  backup: ['password', 'key-and-password', 'sudo-password', 'pwhistory', 'forced-command', 'keyboard-interactive', 'busybox-password', 'keys-only', 'second-factor']
}
const beyond: readonly string[] = ['too-young', 'second-factor']

/** Accounts that are changed through another credential of their host. */
const through: Readonly<Record<string, string>> = {
  'sudo-nopasswd/app/password': 'admin/ssh-key',
  'sudo-password/app/password': 'admin/password',
  'keys-elsewhere/admin/ssh-key': 'admin/ssh-key',
  'keys-elsewhere/deploy/ssh-key': 'admin/ssh-key',
  'forced-command/backup/ssh-key': 'admin/ssh-key',
  'nologin/service/password': 'admin/ssh-key',
  'keys-only/admin/password': 'admin/ssh-key',
  'keys-only/app/password': 'admin/ssh-key'
}

/** `zone/host/account/name` */
export function credentialOf ({ zone, host, account, name }: Pick<Handed, 'zone' | 'host' | 'account'> & { readonly name: string }): string {
  return `${zone}/${host}/${account}/${name}`
}

/**
 * Invents the demo's fleet: hosts that keys open, half of them in each zone, and one of nearly each odd kind. Two of these were cloned,
 * their password included.
 * @param subnet third octet of the first of four networks
 */
export function makeDemoFleet (hostsWithKeys: number, subnet: number): DemoFleet {
  const plain = makeFleet({ zones: { production: Math.ceil(hostsWithKeys / 2), backup: Math.floor(hostsWithKeys / 2) }, subnet })
  const production = makeOddFleet({ zone: 'production', subnet: subnet + 2, only: odd.production })
  const original = production.passwords.find(({ host }) => host === 'production-password')
  const backup = withClone(makeOddFleet({ zone: 'backup', subnet: subnet + 3, only: odd.backup }), 'backup-password', original)
  const fleets = [plain, production, backup]
  const passwords = [...production.passwords, ...backup.passwords]
  const zones: readonly Zone[] = ['production', 'backup']
  const credentials = [
    ...fleets.flatMap(({ keys }) => keys.map((key) => ({ ...facts(key, 'ssh-key', passwords), name: 'ssh-key' as const, key }))),
    ...passwords.filter(({ host }) => !host.endsWith('-second-factor')).map((one) => ({ ...facts(one, 'password', []), name: 'password' as const, password: one.password }))
  ]
  return {
    hosts: zones.flatMap((zone) => fleets.flatMap(({ hosts }) => hosts.filter((host) => host.zone === zone))),
    credentials: [...credentials.filter(isAlone), ...credentials.filter((one) => !isAlone(one))],
    networks: { production: [plain, production].map(({ networks }) => networks['production'] ?? ''), backup: [plain, backup].map(({ networks }) => networks['backup'] ?? '') }
  }
}

function facts ({ zone, host, account }: FleetKey | FleetPassword, name: CredentialKind, passwords: readonly FleetPassword[]) {
  const slug = host.slice(zone.length + 1)
  const isBeyond = beyond.includes(slug)
  const other = isBeyond ? passwords.find((one) => one.host === host && one.account === account)?.password : undefined
  return { zone, host, account, through: through[`${slug}/${account}/${name}`] ?? null, isBeyond, ...(other === undefined ? {} : { secondFactor: other }) }
}

/** Changed through no credential but itself. */
function isAlone ({ account, name, through }: Pick<Handed, 'account' | 'name' | 'through'>): boolean {
  return through === null || through === `${account}/${name}`
}

/** The same fleet, one host of which was cloned from another fleet's, password included. */
function withClone (fleet: OddFleet, name: string, original: FleetPassword | undefined): OddFleet {
  if (original === undefined) throw new Error('there is nothing to clone')
  const { host: from, password } = original
  return {
    ...fleet,
    hosts: fleet.hosts.map((host) => host.name === name ? { ...host, trait: `cloned from ${from}, its password included`, accounts: host.accounts.map((account) => ({ ...account, password })) } : host),
    passwords: fleet.passwords.map((one) => one.host === name ? { ...one, password } : one)
  }
}

export function isKey (credential: Handed): credential is Extract<Handed, { name: 'ssh-key' }> {
  return credential.name === 'ssh-key'
}

export function isPassword (credential: Handed): credential is Extract<Handed, { name: 'password' }> {
  return credential.name === 'password'
}
