/** A credential's own stop sign, which only a person clears. */
export const HoldClass = {
  identityChanged: 'identity-changed',
  recordChanged: 'record-changed',
  lockedOut: 'locked-out',
  refusedTwice: 'refused-twice',
  hostRestored: 'host-restored',
  fenceUnusable: 'fence-unusable',
  acceptsAnything: 'accepts-anything',
  lockedDown: 'locked-down'
} as const
export type HoldClass = typeof HoldClass[keyof typeof HoldClass]

export interface Hold {
  readonly class: HoldClass
  readonly since: string
  /** What a person needs to know to decide. Safe to show. */
  readonly detail: string
}

export interface ClearedHold extends Hold {
  readonly clearedAt: string
  readonly clearedBy: string
  readonly reason: string
}
