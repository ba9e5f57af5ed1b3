import type { FleetHost, Lab } from '@rekey/lab'
import type { DemoFleet, Handed } from './fleet.ts'
import { credentialOf } from './fleet.ts'
import type { StockSsh } from './judges.ts'
import type { Secrets } from './secrets.ts'
import type { Seen } from './story.ts'

/** What the checks look at. */
export interface Evidence {
  readonly fleet: DemoFleet
  readonly lab: Lab
  readonly secrets: Secrets
  readonly ssh: StockSsh
  /** What the API tells after the rotation. */
  readonly credentials: readonly Seen[]
}

export function seenOf ({ credentials }: Evidence, credential: Handed): Seen {
  return must(credentials.find((one) => credentialOf(one) === credentialOf(credential)))
}

export function hostOf ({ fleet }: Evidence, { host }: Handed): FleetHost {
  return must(fleet.hosts.find(({ name }) => name === host))
}

/** What is managed now. */
export function managed ({ fleet }: Evidence): Handed[] {
  return fleet.credentials.filter(({ isBeyond }) => !isBeyond)
}

function must<T> (value: T | undefined): T {
  if (value === undefined) throw new Error('the fleet and what the API tells do not fit')
  return value
}
