import { formatName, hasLeft, highestOrder, isPassword, type Order } from '@rekey/domain'
import type { Candidate } from './choose.ts'

/** Why a credential's secret is not handed out now, if so. Its holder would be left standing, or have what somebody has burned. */
export function withheld ({ credential, labels }: Candidate, orders: readonly Order[]): string | undefined {
  const { name, hold, leaving, burnedAt, candidate, current, retired } = credential
  if (hold !== null) return `${formatName(name)} is stopped until a person has looked`
  if (hasLeft(credential) || leaving !== null) return `${formatName(name)} leaves`
  const subject = { name, kind: isPassword(current) ? 'password' : 'ssh-key', fingerprints: [current, ...retired].map(({ fingerprint }) => fingerprint) } as const
  if (burnedAt !== null || highestOrder(orders, subject, labels) > current.order) return `${formatName(name)} is about to be replaced, as was ordered`
  if (candidate !== null) return `${formatName(name)} is being replaced`
  return undefined
}
