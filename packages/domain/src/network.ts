import { BlockList, isIP } from 'node:net'
import { RekeyError } from './errors.ts'

/** Never dialled, whatever a zone allows: cloud metadata, unspecified, multicast, broadcast. */
const forbidden = ['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4', '::/128', 'fe80::/10', 'ff00::/8', 'fd00:ec2::254/128']

function family (address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}

function blockList (networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const version = isIP(address)
    const prefix = bits === undefined ? (version === 6 ? 128 : 32) : Number(bits)
    if (version === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > (version === 6 ? 128 : 32)) {
      throw new RekeyError('config/invalid', `${JSON.stringify(network)} is not a network: write it as 10.20.0.0/16`)
    }
    list.addSubnet(address, prefix, family(address))
  }
  return list
}

/** Which addresses a zone's worker may dial. An IPv4 address inside IPv6 (`::ffff:a.b.c.d`) counts as the IPv4 one. */
export class DialPolicy {
  readonly #allowed: BlockList
  readonly #forbidden: BlockList

  /**
   * @param allowed networks of the zone, as `address/bits`
   * @param reserved addresses of the rotator's own Vault and Redis: never dialled
   * @throws RekeyError `config/invalid`
   */
  constructor (allowed: readonly string[], reserved: readonly string[] = []) {
    this.#allowed = blockList(allowed)
    this.#forbidden = blockList([...forbidden, ...reserved])
  }

  /** @throws RekeyError `network/not-allowed` */
  check (ip: string): void {
    const plain = ip.toLowerCase().startsWith('::ffff:') && isIP(ip.slice(7)) === 4 ? ip.slice(7) : ip
    if (isIP(plain) === 0) throw new RekeyError('network/not-allowed', 'not an IP address', { field: 'address' })
    if (this.#forbidden.check(plain, family(plain))) {
      throw new RekeyError('network/not-allowed', `${plain} is reserved: it belongs to the rotator itself, to cloud metadata or to no host`, { field: 'address' })
    }
    if (!this.#allowed.check(plain, family(plain))) {
      throw new RekeyError('network/not-allowed', `${plain} lies outside the networks that this zone may dial; add its network to the zone's configuration if it belongs there`, { field: 'address' })
    }
  }
}
