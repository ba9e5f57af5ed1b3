import { isIP } from 'node:net'
import { RekeyError, type DialPolicy } from '@rekey/domain'

// The last label starts with a letter: what a resolver reads as a number (`127.1`, `0x7f000001`) is never taken for a name.
const dnsName = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i

/**
 * Checks a host's address against its zone's networks. A DNS name is resolved, and each address behind it must be allowed;
 * the worker checks again, on the very address that it dials.
 * @throws RekeyError `input/invalid` or `network/not-allowed`
 */
export async function checkAddress (address: string, dial: DialPolicy, resolve: (name: string) => Promise<string[]>): Promise<void> {
  for (const ip of await addressesOf(address, resolve)) dial.check(ip)
}

async function addressesOf (address: string, resolve: (name: string) => Promise<string[]>): Promise<string[]> {
  if (isIP(address) !== 0 && !address.includes('%')) return [address]
  if (!dnsName.test(address)) {
    throw new RekeyError('input/invalid', 'address: neither an IP address nor a DNS name; write it as 10.20.0.7, 2001:db8::7 or web-1.example.com', { field: 'address' })
  }
  const found = await resolve(address)
  if (found.length === 0) {
    throw new RekeyError('input/invalid', 'address: this name does not resolve from here; repair DNS or give an IP address', { field: 'address' })
  }
  return found
}
