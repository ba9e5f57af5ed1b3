/** A host that is the same by its key was found not to take the current secret. */
export interface Drift {
  readonly since: string
  /** Fingerprint of an earlier secret that opened instead: the host was restored from a snapshot, or somebody put that back. */
  readonly opened: string | null
  /** Since then the current secret opens again. */
  readonly endedAt: string | null
}

/** One that is found now, or goes on. */
export function driftFrom (known: Drift | null, at: string, opened?: string): Drift {
  const before = known?.endedAt === null ? known : { since: at, opened: null }
  return { since: before.since, opened: opened ?? before.opened, endedAt: null }
}

export function driftEnded (known: Drift | null, at: string): Drift | null {
  return known?.endedAt === null ? { ...known, endedAt: at } : known
}
