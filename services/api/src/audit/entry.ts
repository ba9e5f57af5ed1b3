import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'

const text = (maxLength = 4000) => Type.Optional(Type.String({ maxLength }))

/** What of a line is shown. A process has written it, and nobody has looked what else is in it. */
const Line = Type.Object({
  n: Type.Integer({ minimum: 1 }),
  at: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' }),
  service: Type.String({ maxLength: 64 }),
  act: Type.String({ maxLength: 64 }),
  target: Type.String({ maxLength: 300 }),
  actor: text(200),
  source: text(64),
  reason: text(1000),
  detail: text(),
  fingerprint: text(200),
  epoch: Type.Optional(Type.Integer({ minimum: 0 })),
  outcome: text(64),
  requestId: text(64)
})

export interface RecordedEntry extends Static<typeof Line> {
  /** Null: of no zone, or of several. */
  readonly zone: string | null
  readonly journal: string
}

/**
 * @param zone whose process has written the line; undefined: the API, whose entries name the zone in their target
 * @param zones that there are
 * @returns undefined when it is no entry
 */
export function entryOf (line: string, { journal, zone, zones }: { readonly journal: string, readonly zone: string | undefined, readonly zones: readonly string[] }): RecordedEntry | undefined {
  let found: unknown
  try {
    found = JSON.parse(line)
  } catch {
    return undefined
  }
  return Value.Check(Line, found) ? { ...found, journal, zone: zone ?? zoneOf(found, zones) } : undefined
}

function zoneOf ({ act, target }: Static<typeof Line>, zones: readonly string[]): string | null {
  const named = target.split('/')[0] ?? ''
  return !act.startsWith('token.') && zones.includes(named) ? named : null
}

/** Where an entry stands among all: by time, and within a journal by number. */
export function keyOf ({ at, journal, n }: Pick<RecordedEntry, 'at' | 'journal' | 'n'>): string {
  return `${at} ${journal} ${String(n).padStart(9, '0')}`
}
