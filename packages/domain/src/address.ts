import { isIP } from 'node:net'

// The last label starts with a letter: what a resolver reads as a number (`127.1`, `0x7f000001`) is never taken for a name.
const dnsName = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i

/** What a host's address may look like, in words. */
export const addressRule = 'neither an IP address nor a DNS name; write it as 10.20.0.7, 2001:db8::7 or web-1.example.com'

/** Whether it is an IP address, a DNS name that is to be resolved, or neither. */
export function addressKind (text: string): 'ip' | 'name' | undefined {
  if (isIP(text) !== 0 && !text.includes('%')) return 'ip'
  return dnsName.test(text) ? 'name' : undefined
}

/** The host of an address as https://host:port: a name, or an IP address as sockets take it, which is without the brackets of IPv6. */
export function hostOf (url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '')
}
