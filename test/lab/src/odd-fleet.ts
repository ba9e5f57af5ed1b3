import { randomBytes } from 'node:crypto'
import { RekeyError } from '@rekey/domain'
import type { Fleet, FleetHost, FleetKey } from './fleet.ts'
import { makeKey } from './keys.ts'
import { oddTraits } from './odd-traits.ts'
import { defaultPort } from './spec.ts'

/** A password that opens an account when the fleet comes up. */
export interface FleetPassword {
  readonly zone: string
  readonly host: string
  readonly account: string
  readonly password: string
}

export interface OddFleet extends Fleet {
  readonly passwords: readonly FleetPassword[]
}

export interface OddFleetOptions {
  /** Absent: `odd`. Hosts are called after it and after what is odd about them, such as `odd-faillock`. */
  readonly zone?: string
  /** Third octet of the zone's network, 127.1.SUBNET.0/24. Absent: 1. */
  readonly subnet?: number
  readonly port?: number
  /** Only these hosts, by the second half of their names, such as `faillock`; `behind` wants `jump`. Absent: all. */
  readonly only?: readonly string[]
  /** Wrong passwords are refused at once, without PAM's two seconds. */
  readonly noDelay?: boolean
}

/**
 * Invents one host of each kind that a rotation of passwords must cope with, or that is unlike others. Names and addresses of hosts are
 * the same whether all or some are asked for.
 * @throws RekeyError `input/invalid` for a subnet that can't be, or a name in `only` that no host has
 */
export function makeOddFleet ({ zone = 'odd', subnet = 1, port = defaultPort, only, noDelay = false }: OddFleetOptions = {}): OddFleet {
  if (!Number.isInteger(subnet) || subnet < 0 || subnet > 255) throw new RekeyError('input/invalid', `there is no network 127.1.${subnet}.0/24`, { field: 'subnet' })
  const unknown = only?.find((name) => !(name in oddTraits))
  if (unknown !== undefined) throw new RekeyError('input/invalid', `no odd host is called ${unknown}: there are ${Object.keys(oddTraits).join(', ')}`, { field: 'only' })
  const hosts: FleetHost[] = []
  const keys: FleetKey[] = []
  const passwords: FleetPassword[] = []
  for (const [index, [slug, trait]] of Object.entries(oddTraits).entries()) {
    if (only !== undefined && !only.includes(slug)) continue
    const name = `${zone}-${slug}`
    const spec = trait({
      other: (slug) => `${zone}-${slug}`,
      key: (account, options = '') => {
        const key = { ...makeKey('ed25519', `${account}@${name}`), zone, host: name, account, type: 'ed25519' as const, options }
        keys.push(key)
        return `${options === '' ? '' : `${options} `}${key.publicKey} ${account}@${name}\n`
      },
      password: (account) => {
        const password = randomBytes(15).toString('base64url')
        passwords.push({ zone, host: name, account, password })
        return password
      }
    })
    const pam = noDelay ? { ...spec.pam, noDelay } : spec.pam
    hosts.push({ zone, name, address: `127.1.${subnet}.${index + 1}`, port, ...spec, ...(pam === undefined ? {} : { pam }) })
  }
  return { hosts, keys, passwords, networks: { [zone]: `127.1.${subnet}.0/24` } }
}
