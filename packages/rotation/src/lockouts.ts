import type { Credential } from '@rekey/domain'

/** How often in a row no recorded secret that was tried has opened it. */
export function lockoutsOf ({ lastFailure, failures }: Pick<Credential, 'lastFailure' | 'failures'>): number {
  return lastFailure?.class === 'locked-out' ? failures : 0
}
