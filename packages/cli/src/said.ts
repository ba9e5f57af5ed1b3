/** What a command says: `out` is the result, `notes` are for the person. */
export interface Said {
  readonly out: string
  readonly notes: readonly string[]
  /** 0 unless said. */
  readonly code?: number
}

export function asJson (value: unknown): string {
  return JSON.stringify(value, null, 2) + '\n'
}
