import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { Secret } from '@rekey/domain'

/** Fixed in length, so that scanners for secrets find it. */
const form = /^rekey_lease_[A-Za-z0-9_-]{43}$/

/** What the holder of a lease shows to renew it or to give it back: 256 random bits. */
export function newLeaseSecret (): { readonly secret: Secret, readonly hash: string } {
  const text = `rekey_lease_${randomBytes(32).toString('base64url')}`
  return { secret: Secret.of(text), hash: hashOf(text).toString('hex') }
}

/** Takes the same time whatever is shown. */
export function isLeaseSecret (text: string, hash: string): boolean {
  return timingSafeEqual(hashOf(text), Buffer.from(hash, 'hex')) && form.test(text)
}

function hashOf (text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
