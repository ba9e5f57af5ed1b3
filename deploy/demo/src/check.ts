/** One kind of check: how many held, and what did not. */
export interface Check {
  /** Who is asked. */
  readonly judge: string
  readonly what: string
  held: number
  readonly broken: string[]
}

export function check (judge: string, what: string): Check {
  return { judge, what, held: 0, broken: [] }
}

export function decide (check: Check, holds: boolean, otherwise: string): void {
  if (holds) check.held += 1
  else check.broken.push(otherwise)
}

/** A check that found nothing to look at has not held. */
export function holds ({ held, broken }: Check): boolean {
  return held > 0 && broken.length === 0
}
