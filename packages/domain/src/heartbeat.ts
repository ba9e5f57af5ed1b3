import type { NamedPolicy } from './named-policy.ts'
import type { CredentialName } from './names.ts'
import { shareOf } from './schedule/jitter.ts'

/**
 * - `begun`        a worker was about to show the current secret, and has not come to tell more: it counts as a try
 * - `opened`       it opened the account
 * - `refused`      the host, the same by its key, refused it
 * - `unreachable`  no connection came about
 * - `unclear`      the host gave no clear answer: a second factor, another identity, a connection that broke
 */
export const heartbeatOutcomes = ['begun', 'opened', 'refused', 'unreachable', 'unclear'] as const
export type HeartbeatOutcome = typeof heartbeatOutcomes[number]

/** What is known of whether a credential's current secret opens its account. */
export interface Verification {
  /** When it last did. */
  readonly verifiedAt: string
  /** The last heartbeat of this secret. Null: there was none. */
  readonly heartbeat: { readonly at: string, readonly outcome: HeartbeatOutcome } | null
}

/**
 * When it is next looked whether the secret opens. Each credential has a time of its own in every interval, so that ten thousand of one policy are spread
 * over it however many were last verified at once; one try in an interval, whatever came of it, and none of a secret that was seen to open since.
 */
export function nextHeartbeat (name: CredentialName, { verifiedAt, heartbeat }: Verification, everySeconds: number): Date {
  const every = everySeconds * 1000
  const own = Math.floor(shareOf(name) * every)
  const last = Math.max(Date.parse(verifiedAt), heartbeat === null ? 0 : Date.parse(heartbeat.at))
  return new Date(own + (Math.floor((last - own) / every) + 1) * every)
}

/** One interval is what a heartbeat may take in the best of cases, and the second one is for a host that is started anew, or a worker that catches up. */
const intervalsOfPatience = 2

/**
 * Since when a secret should have been seen to open. Of what came before its policy nobody had asked.
 * @param policy that decides of it
 * @returns nothing where it was seen, or nobody asks
 */
export function unverifiedSince ({ verifiedAt }: Pick<Verification, 'verifiedAt'>, policy: Pick<NamedPolicy, 'heartbeat' | 'changedAt'> | undefined, now: Date): Date | undefined {
  if (policy?.heartbeat === undefined) return undefined
  const begun = Math.max(Date.parse(verifiedAt), Date.parse(policy.changedAt))
  const since = new Date(begun + intervalsOfPatience * policy.heartbeat.everySeconds * 1000)
  return since < now ? since : undefined
}
