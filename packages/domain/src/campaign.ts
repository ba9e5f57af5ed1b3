import { createHash } from 'node:crypto'
import type { Proposed } from './approval.ts'
import type { Labels } from './labels.ts'
import type { Lockdown } from './lockdown.ts'
import type { Scope } from './order.ts'

/**
 * A proposal that every secret in a scope is revoked at once, without grace. A campaign has one in each of its zones, linked by `campaign`:
 * none of its workers sees another zone.
 */
export interface Campaign extends Proposed {
  readonly kind: 'campaign'
  readonly campaign: string
  readonly scope: Scope
  /** As it was asked for: over all zones, by labels. For people. */
  readonly asked: string
  /** Zones of the campaign that come before this one, by the rank that their policies give them. */
  readonly after: readonly string[]
  /** How long the zone waits for them, from its own approval on. Then it begins anyway. */
  readonly waitSeconds: number
  /** The waves stop when more of the hosts that were tried have failed, in per cent. */
  readonly breakerPercent: number
  /** Whether all tokens of the API end that were made before it and may do something in the zone. */
  readonly endsTokens: boolean
  /** Whether live sessions of the accounts that it covers end, once the new secret is in place. Absent: they are only counted. */
  readonly endsSessions?: true
  /** Whether access is stripped without a replacement, where the host's recovery credential leads back. Absent: every secret is replaced. */
  readonly lockdown?: true
  /** By when all of it should be proven: from then on it is an alarm. */
  readonly deadline: string | null
}

/** As a regular expression source. */
export const uuidPattern = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'

export const campaignActions = ['pause', 'resume', 'stop'] as const
export type CampaignAction = typeof campaignActions[number]

/** A proposal to hold a campaign in one zone, to let it go on, or to end it for good. Of those approved the last counts. */
export interface Steering extends Proposed {
  readonly kind: 'steering'
  readonly campaign: string
  readonly action: CampaignAction
  /** Whether it is of a lockdown: people see it, and no resume that keeps quiet of it counts for one. */
  readonly lockdown?: true
}

/** A steering that one person alone was enough for, when it was heeded, and why. */
export interface SteeredAlone {
  readonly proposal: number
  readonly action: CampaignAction
  readonly at: string
  readonly reason: string
}

/**
 * A campaign as a zone's worker carries it out. Only the worker may write it, so what it says of approvals needs no further check.
 * It keeps how far the waves have come: everything else follows from the credentials themselves.
 */
export interface CampaignRun {
  readonly campaign: string
  readonly proposal: number
  /** Its order: each secret in its scope that was made under a lower number has to go. */
  readonly order: number
  readonly startedAt: string
  readonly approvedBy: string
  /** Why one person alone was enough. Null: as many as the policy wants have approved. */
  readonly breakGlass: string | null
  readonly endsTokens: boolean
  readonly endsSessions?: true
  /** Absent: it replaces secrets. */
  readonly lockdown?: Lockdown
  readonly state: 'running' | 'paused' | 'stopped'
  /** The last steering that was heeded, 0 for none. */
  readonly steering: number
  /** Those heeded that one person alone has decided, oldest first. Absent: none. */
  readonly steeredAlone?: readonly SteeredAlone[]
  /** Hosts up to this place in the sequence may be visited: `noHosts`, a `placeInSequence`, or `allHosts`. */
  readonly through: string
  /** Since when. */
  readonly waveAt: string
  /** Why no further wave begins. A resume that people approve clears it, and it does not come back. */
  readonly breaker: { readonly at: string, readonly reason: string } | null
  readonly isBreakerOff: boolean
}

export const noHosts = ''
/** After every place in a sequence. */
export const allHosts = '~'

/** A host with a lower one comes first. Others come with 50. */
export const rankLabel = 'revoke-rank'

/**
 * Where a host stands in the sequence of a campaign: by rank, and in each rank as if by lot, so that those who come first stand for the rest.
 * It follows from names and labels alone, so every worker has the same.
 * @param labels those that it was added with
 */
export function placeInSequence (campaign: string, host: string, labels: Labels): string {
  const rank = /^\d{1,2}$/.test(labels[rankLabel] ?? '') ? Number(labels[rankLabel]) : 50
  return `${String(rank).padStart(2, '0')}-${createHash('sha256').update(`${campaign} ${host}`).digest('hex').slice(0, 16)}`
}

/** Whether the campaign may be carried out on a host by now. */
export function isReached ({ campaign, state, through }: CampaignRun, host: string, labels: Labels): boolean {
  return state === 'running' && (through === allHosts || placeInSequence(campaign, host, labels) <= through)
}
