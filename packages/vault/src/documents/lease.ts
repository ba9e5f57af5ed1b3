import { createHash } from 'node:crypto'
import { leaseIdPattern, rotateAfters } from '@rekey/domain'
import type { LeaseEvent, LeaseTaken } from '@rekey/domain'
import { Type } from 'typebox'
import { checkPlace, plainCodec, withDefaults } from './codec.ts'
import { Count, CredentialNameShape, exactly, Instant, Line, nameOf, Ordinal, Text } from './shapes.ts'

const TakenShape = exactly({
  kind: Type.Literal('taken'),
  id: Type.String({ pattern: leaseIdPattern }),
  zone: nameOf('zone'),
  grant: nameOf('grant'),
  proposal: Ordinal,
  order: Count,
  secrets: Type.Array(exactly({ name: CredentialNameShape, fingerprint: Text, epoch: Count }), { minItems: 1 }),
  rotateAfter: Type.Enum([...rotateAfters]),
  reason: Line,
  issuer: Line,
  subject: Line,
  holderHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  takenAt: Instant,
  endsAt: Instant,
  endsAtMost: Instant
})
const RenewedShape = exactly({ kind: Type.Literal('renewed'), at: Instant, endsAt: Instant })
const ReturnedShape = exactly({ kind: Type.Literal('returned'), at: Instant })

const isId = new RegExp(leaseIdPattern)

const taken = plainCodec<LeaseTaken, typeof TakenShape>(TakenShape)
const renewed = plainCodec<Extract<LeaseEvent, { kind: 'renewed' }>, typeof RenewedShape>(RenewedShape)
const returned = plainCodec<Extract<LeaseEvent, { kind: 'returned' }>, typeof ReturnedShape>(ReturnedShape)

export const leasesPath = ['leases']

/** Of one of a lease's documents: 1 is its beginning. Those of all leases lie in one folder, so that one list tells of whatever has come. */
export function leasePath (id: string, number: number): string[] {
  return [...leasesPath, `${id}.${number}`]
}

/** Of the names in that folder, how many documents each lease has: they are numbered without a gap. */
export function leasesNamed (names: readonly string[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const name of names) {
    const [, id = '', number] = /^(.+)\.([1-9]\d{0,8})$/.exec(name) ?? []
    if (isId.test(id)) found.set(id, Math.max(found.get(id) ?? 0, Number(number)))
  }
  return found
}

/** That a secret was handed out which is handed out once. */
export function secretUsePath (fingerprint: string): string[] {
  return ['secret-uses', createHash('sha256').update(fingerprint).digest('hex')]
}

/**
 * In `rekey-shared`: that a token was used. By the day on which it expires, which follows from the token, so that what is over is found without reading any of it.
 * @param day `2026-03-01`; left out: of all days
 * @param token its id; left out: of all of that day
 */
export function usedTokensPath (day?: string, token?: string): string[] {
  return ['ci-tokens', ...day === undefined ? [] : [day], ...token === undefined ? [] : [token]]
}

export function encodeTaken (value: LeaseTaken): object {
  return taken.encode(value, leasePath(value.id, 1))
}

export function decodeTaken (raw: unknown, zone: string, id: string): LeaseTaken {
  const path = leasePath(id, 1)
  const value = taken.decode(withDefaults(raw, { order: 0 }), path)
  checkPlace('zone', value.zone, zone, path)
  checkPlace('id', value.id, id, path)
  return value
}

export function encodeLeaseEvent (event: LeaseEvent, id: string, number: number): object {
  const path = leasePath(id, number)
  return event.kind === 'renewed' ? renewed.encode(event, path) : returned.encode(event, path)
}

export function decodeLeaseEvent (raw: unknown, id: string, number: number): LeaseEvent {
  const path = leasePath(id, number)
  return (raw as { kind?: unknown } | null)?.kind === 'renewed' ? renewed.decode(raw, path) : returned.decode(raw, path)
}
