/** How the secrets of a zone are made and retired. Lives at `policies/default` of the zone's mount. */
export interface Policy {
  /** How long a replaced key stays open after its successor was proven, in seconds. */
  readonly graceSeconds: number
  /** Proven-dead secrets that are kept for a host restored from a snapshot. */
  readonly historyLength: number
}

export const defaultPolicy: Policy = { graceSeconds: 0, historyLength: 8 }
