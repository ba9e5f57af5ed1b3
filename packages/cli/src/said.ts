/** What a command says: `out` is the result, `notes` are for the person. */
export interface Said {
  readonly out: string
  readonly notes: readonly string[]
  /** 0 unless said. */
  readonly code?: number
}

/** Somebody was asked and did not say yes. */
export function declined (note: string): Said {
  return { out: '', notes: [note], code: 1 }
}

export function asJson (value: unknown): string {
  return JSON.stringify(value, null, 2) + '\n'
}
