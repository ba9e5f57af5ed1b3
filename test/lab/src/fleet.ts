import { RekeyError } from '@rekey/domain'
import { makeKey, type KeyPair, type KeyType } from './keys.ts'
import { defaultPort, type AccountSpec, type HostSpec } from './spec.ts'

/** A key that opens an account when the fleet comes up. */
export interface FleetKey extends KeyPair {
  readonly zone: string
  readonly host: string
  readonly account: string
  readonly type: KeyType
  /** What stands before the key on its line; empty for most. */
  readonly options: string
  /** Another account opened by the same key, as `zone/host/account`. */
  readonly sharedWith?: string
}

export interface FleetHost extends HostSpec {
  readonly zone: string
  readonly port: number
  /** What is special about it, for people. */
  readonly trait: string
}

export interface Fleet {
  /** In the order of the zones. Give them to `startLab`. */
  readonly hosts: readonly FleetHost[]
  readonly keys: readonly FleetKey[]
  /** Each zone's network, as `127.1.4.0/24`. */
  readonly networks: Readonly<Record<string, string>>
}

export interface FleetOptions {
  /** How many hosts in each zone, 250 at most. */
  readonly zones: Readonly<Record<string, number>>
  /** Third octet of the first zone's network, 127.1.SUBNET.0/24; each further zone has the next. Absent: 1. */
  readonly subnet?: number
  readonly port?: number
  /** All hosts alike: one account `deploy`, opened by one Ed25519 key of its own. For benches. */
  readonly uniform?: boolean
}

/** The accounts and keys of one kind of host. `clone` is the key that two neighbours of that kind share. */
type Trait = (host: HostFacts) => { trait: string, accounts: AccountSpec[], sshdConfig?: string[] }

interface HostFacts {
  readonly zone: string
  readonly name: string
  /** The key of an account, made and noted. */
  key (account: string, type: KeyType, options?: string): KeyPair
  /** The same for an account that was cloned: the second caller gets the first one's key. */
  clonedKey (account: string): KeyPair
}

/** A line that is nobody's business but its owner's: it must stay as it is. */
function foreign (comment: string, options = ''): string {
  return `${options}${makeKey('ed25519').publicKey} ${comment}\n`
}

const demoOptions = 'from="127.0.0.0/8",environment="REKEY_DEMO=1",no-agent-forwarding'

const plain: Trait = (host) => ({
  trait: 'one account, one key',
  accounts: [{ name: 'deploy', authorizedKeys: `${host.key('deploy', 'ed25519').publicKey} deploy@${host.name}\n` }]
})

/** In order: a fleet of eight shows all of them, a larger one repeats them. */
const traits: readonly Trait[] = [
  (host) => ({
    trait: 'foreign keys and comments beside ours',
    accounts: [{
      name: 'deploy',
      authorizedKeys: `# People who may deploy\n${foreign('alice@laptop')}\n${host.key('deploy', 'ed25519').publicKey} deploy key, 2019\n` +
        `  # the old CI, "temporary"\n${foreign('ci@build', 'command="/bin/true",no-pty ')}`
    }]
  }),
  (host) => ({
    trait: 'an RSA key, and root',
    accounts: [
      { name: 'deploy', authorizedKeys: `${host.key('deploy', 'rsa-3072').publicKey} deploy@${host.name}\n` },
      { name: 'root', authorizedKeys: `${host.key('root', 'ed25519').publicKey} root@${host.name}\n` }
    ]
  }),
  (host) => ({
    trait: 'an ECDSA key in a file without a final newline',
    accounts: [{ name: 'app', authorizedKeys: `${foreign('monitoring')}${host.key('app', 'ecdsa-p256').publicKey} app` }]
  }),
  (host) => ({
    trait: 'a key with options',
    accounts: [{ name: 'deploy', authorizedKeys: `${demoOptions} ${host.key('deploy', 'ed25519', demoOptions).publicKey} deploy@${host.name}\n` }],
    sshdConfig: ['PermitUserEnvironment yes']
  }),
  (host) => ({
    trait: 'cloned with its neighbour, user key included',
    accounts: [{ name: 'app', authorizedKeys: `${host.clonedKey('app').publicKey} app@template\n` }]
  }),
  (host) => ({
    trait: 'cloned with its neighbour, user key included',
    accounts: [{ name: 'app', authorizedKeys: `${host.clonedKey('app').publicKey} app@template\n` }]
  }),
  (host) => {
    const key = host.key('backup', 'rsa-3072').publicKey
    return {
      trait: 'the same key in authorized_keys and authorized_keys2',
      accounts: [{ name: 'backup', authorizedKeys: `${key} backup@${host.name}\n`, authorizedKeys2: `${foreign('archive')}${key} once more\n` }]
    }
  },
  (host) => ({
    trait: 'an ECDSA key, and root',
    accounts: [
      { name: 'backup', authorizedKeys: `${host.key('backup', 'ecdsa-p256').publicKey} backup@${host.name}\n` },
      { name: 'root', authorizedKeys: `${foreign('break glass, sealed')}${host.key('root', 'ed25519').publicKey} root@${host.name}\n` }
    ]
  })
]

/**
 * Invents a fleet: hosts `ZONE-1` … `ZONE-N` with the keys that open them. From eight hosts on it has one of each peculiarity
 * that real fleets have; `trait` tells which.
 * @throws RekeyError `input/invalid` when a zone has more hosts than addresses
 */
export function makeFleet ({ zones, subnet = 1, port = defaultPort, uniform = false }: FleetOptions): Fleet {
  const hosts: FleetHost[] = []
  const keys: FleetKey[] = []
  const networks: Record<string, string> = {}
  let cloned: FleetKey | undefined
  for (const [zoneIndex, [zone, count]] of Object.entries(zones).entries()) {
    const octet = subnet + zoneIndex
    if (!Number.isInteger(count) || count < 0 || count > 250) throw new RekeyError('input/invalid', `zone ${zone}: a number of hosts from 0 to 250`, { field: 'zones' })
    if (!Number.isInteger(octet) || octet < 0 || octet > 255) throw new RekeyError('input/invalid', `zone ${zone}: there is no network 127.1.${octet}.0/24`, { field: 'subnet' })
    networks[zone] = `127.1.${octet}.0/24`
    for (let number = 1; number <= count; number++) {
      const name = `${zone}-${number}`
      const note = (account: string, type: KeyType, options: string, pair: KeyPair): FleetKey => {
        const key = { ...pair, zone, host: name, account, type, options }
        keys.push(key)
        return key
      }
      const facts: HostFacts = {
        zone,
        name,
        // RSA takes half a second a key: a large fleet has two of them, not one in four hosts.
        key: (account, type, options = '') => {
          const kept = type === 'rsa-3072' && hosts.length >= traits.length ? 'ed25519' : type
          return note(account, kept, options, makeKey(kept, `${account}@${name}`))
        },
        clonedKey: (account) => {
          if (cloned === undefined) return (cloned = note(account, 'ed25519', '', makeKey('ed25519', `${account}@template`)))
          const twin: FleetKey = { ...cloned, zone, host: name, account, sharedWith: `${cloned.zone}/${cloned.host}/${cloned.account}` }
          keys[keys.indexOf(cloned)] = { ...cloned, sharedWith: `${zone}/${name}/${account}` }
          keys.push(twin)
          cloned = undefined
          return twin
        }
      }
      const make = uniform ? plain : traits[hosts.length % traits.length] ?? plain
      hosts.push({ zone, name, address: `127.1.${octet}.${number}`, port, ...make(facts) })
    }
  }
  return { hosts, keys, networks }
}
