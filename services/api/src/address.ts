import { isIP } from 'node:net'
import { addressKind, addressRule, RekeyError, type DialPolicy } from '@rekey/domain'

/**
 * Checks a host's address against its zone's networks. A DNS name is resolved, and each address behind it must be allowed;
 * the worker checks again, on the very address that it dials.
 * @throws RekeyError `input/unprocessable` or `network/not-allowed`
 */
export async function checkAddress (address: string, dial: DialPolicy, resolve: (name: string) => Promise<string[]>): Promise<void> {
  for (const ip of await addressesOf(address, resolve)) dial.check(ip)
}

/**
 * A name would be looked up by the jump host, and nobody else could tell what it dials.
 * @throws RekeyError `input/unprocessable`
 */
export function checkNumeric (address: string): void {
  if (isIP(address) === 0) {
    throw new RekeyError('input/unprocessable', 'address: behind a jump host it must be numeric, as a name would be looked up by the jump host; write it as 10.20.0.7 or 2001:db8::7', { field: 'address' })
  }
}

async function addressesOf (address: string, resolve: (name: string) => Promise<string[]>): Promise<string[]> {
  const kind = addressKind(address)
  if (kind === undefined) throw new RekeyError('input/unprocessable', `address: ${addressRule}`, { field: 'address' })
  if (kind === 'ip') return [address]
  const found = await resolve(address)
  if (found.length === 0) {
    throw new RekeyError('input/unprocessable', 'address: this name does not resolve from here; repair DNS or give an IP address', { field: 'address' })
  }
  return found
}
