import { BlockList, isIP, SocketAddress } from 'node:net'
import { RekeyError } from './errors.ts'

/**
 * Never dialled, whatever a zone allows: unspecified, link-local with the usual metadata service, protocol assignments
 * with Oracle's, multicast, broadcast; the metadata services that lie elsewhere (Azure, Alibaba; AWS and Google by IPv6);
 * and the IPv6 ranges that carry an IPv4 address past the rules for it (NAT64, Teredo, 6to4).
 */
const forbidden = [
  '0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '224.0.0.0/4', '240.0.0.0/4', '168.63.129.16', '100.100.100.200',
  '::', 'fe80::/10', 'ff00::/8', 'fd00:ec2::254', 'fd20:ce::254', '64:ff9b::/96', '64:ff9b:1::/48', '2001::/32', '2002::/16'
]

type Family = 'ipv4' | 'ipv6'

/**
 * The one spelling of an address, and its family; an IPv4 address inside IPv6 (`::ffff:a.b.c.d`) is the IPv4 one.
 * Undefined when it is none, or names an interface (`%eth0`).
 */
function canonical (text: string): { address: string, family: Family } | undefined {
  const version = text.includes('%') ? 0 : isIP(text)
  if (version === 0) return undefined
  if (version === 4) return { address: text, family: 'ipv4' }
  const { address } = new SocketAddress({ address: text, family: 'ipv6' })
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4
    ? { address: address.slice(7), family: 'ipv4' }
    : { address, family: 'ipv6' }
}

/** Networks, one list for each family: a single one would let `::/0` stand for all of IPv4 too. */
class Networks {
  readonly #lists = { ipv4: new BlockList(), ipv6: new BlockList() }

  /** @throws RekeyError `config/invalid` */
  constructor (networks: readonly string[]) {
    for (const network of networks) {
      const [text = '', bits, ...rest] = network.split('/')
      const start = canonical(text)
      const most = start?.family === 'ipv6' ? 128 : 32
      const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : NaN
      if (start === undefined || rest.length > 0 || !(prefix <= most) || (start.family === 'ipv4' && isIP(text) === 6)) {
        throw new RekeyError('config/invalid', `${JSON.stringify(network)} is not a network: write it as 10.20.0.0/16 or 2001:db8::/32`)
      }
      this.#lists[start.family].addSubnet(start.address, prefix, start.family)
    }
  }

  has (address: string, family: Family): boolean {
    return this.#lists[family].check(address, family)
  }
}

/** Which addresses a zone's worker may dial. An IPv4 address inside IPv6 (`::ffff:a.b.c.d`) counts as the IPv4 one. */
export class DialPolicy {
  readonly #allowed: Networks
  readonly #forbidden: Networks

  /**
   * @param allowed networks of the zone, as `address/bits`
   * @param reserved addresses of the rotator's own Vault and Redis: never dialled
   * @throws RekeyError `config/invalid`
   */
  constructor (allowed: readonly string[], reserved: readonly string[] = []) {
    this.#allowed = new Networks(allowed)
    this.#forbidden = new Networks([...forbidden, ...reserved])
  }

  /** @throws RekeyError `network/not-allowed` */
  check (ip: string): void {
    const found = canonical(ip)
    if (found === undefined) throw new RekeyError('network/not-allowed', 'not an IP address', { field: 'address' })
    const { address, family } = found
    if (this.#forbidden.has(address, family)) {
      throw new RekeyError('network/not-allowed', `${address} is reserved: it belongs to the rotator itself, to cloud metadata or to no host`, { field: 'address' })
    }
    if (!this.#allowed.has(address, family)) {
      throw new RekeyError('network/not-allowed', `${address} lies outside the networks that this zone may dial; add its network to the zone's configuration if it belongs there`, { field: 'address' })
    }
  }
}
