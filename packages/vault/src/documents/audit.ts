import { isJournalName } from '@rekey/domain'
import type { JournalSegment, SignedHead } from '@rekey/domain'
import { Type } from 'typebox'
import { checkPlace, plainCodec } from './codec.ts'

const StoredHead = Type.Object({
  journal: Type.String(),
  n: Type.Integer({ minimum: 1 }),
  hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  at: Type.String({ maxLength: 32 }),
  key: Type.String({ maxLength: 64 }),
  signature: Type.String({ pattern: '^vault:v[0-9]{1,6}:[A-Za-z0-9+/=]{1,128}$' })
}, { additionalProperties: false })

const StoredSegment = Type.Object({ lines: Type.String({ maxLength: 1024 * 1024 }) }, { additionalProperties: false })

const heads = plainCodec<SignedHead, typeof StoredHead>(StoredHead)
const segments = plainCodec<{ lines: string }, typeof StoredSegment>(StoredSegment)

export const auditFolder = ['audit'] as const

export function headPath (journal: string, n?: number): string[] {
  return [...auditFolder, journal, 'heads', ...n === undefined ? [] : [String(n)]]
}

export function encodeHead (head: SignedHead): object {
  return heads.encode(head, headPath(head.journal, head.n))
}

/** @throws RekeyError `vault/malformed` */
export function decodeHead (raw: unknown, journal: string, n: number): SignedHead {
  const path = headPath(journal, n)
  const head = heads.decode(raw, path)
  checkPlace('journal', head.journal, journal, path)
  checkPlace('number', head.n, n, path)
  return head
}

/** Its name tells when and with which number it ends, so that a list tells which one holds what. */
export function segmentPath (journal: string, segment?: Pick<JournalSegment, 'to' | 'until'>): string[] {
  return [...auditFolder, journal, 'segments', ...segment === undefined ? [] : [`${String(Date.parse(segment.until)).padStart(13, '0')}-${String(segment.to).padStart(9, '0')}`]]
}

export function encodeSegment (segment: JournalSegment, lines: readonly string[]): object {
  return segments.encode({ lines: lines.map(line => `${line}\n`).join('') }, segmentPath(segment.journal, segment))
}

/** @throws RekeyError `vault/malformed` */
export function decodeSegment (raw: unknown, segment: JournalSegment): string[] {
  return segments.decode(raw, segmentPath(segment.journal, segment)).lines.split('\n').filter(line => line !== '')
}

/** What stands in a list of parts, ascending; other names are none of ours. */
export function segmentsIn (journal: string, names: readonly string[]): JournalSegment[] {
  return names.flatMap(name => {
    const [, time, to] = /^(\d{13})-(\d{9})$/.exec(name) ?? []
    return time === undefined || to === undefined ? [] : [{ journal, to: Number(to), until: new Date(Number(time)).toISOString() }]
  }).sort((a, b) => a.to - b.to)
}

export function headsIn (names: readonly string[]): number[] {
  return names.filter(name => /^[1-9]\d{0,8}$/.test(name)).map(Number).sort((a, b) => a - b)
}

export function journalsIn (names: readonly string[]): string[] {
  return names.filter(isJournalName)
}
