import type { CampaignAction } from './campaign.ts'
import type { Secret } from './secret.ts'

/**
 * - `candidate-verified`  a new key has logged in, and the old one still opens: until those who acknowledge have done so, or the grace is over
 * - `rotated`             the old secret is proven dead
 * - `debt`                a secret that should be dead is not proven dead
 * - `hold`                a credential was stopped, and waits for a person
 * - `drift`               a host, the same by its key, does not take the current secret any more
 * - `overdue`             a secret that should have been replaced by itself is still there
 */
const credentialEventTypes = ['candidate-verified', 'rotated', 'debt', 'hold', 'drift', 'overdue'] as const
export type CredentialEventType = typeof credentialEventTypes[number]

/**
 * - `break-glass`         one person alone has started or steered a campaign
 * - `campaign-overdue`    the deadline of a campaign has passed, and not all that it covers in the zone is proven
 */
const campaignEventTypes = ['break-glass', 'campaign-overdue'] as const
export type CampaignEventType = typeof campaignEventTypes[number]

export const webhookEventTypes = [...credentialEventTypes, ...campaignEventTypes] as const

/** Who is told of a zone's credentials and campaigns. People write it with their own Vault logins: whoever could redirect it, could hold back an old secret's end. */
export interface Webhook {
  readonly name: string
  readonly url: string
  /** Signs what is sent. */
  readonly secret: Secret
  readonly events: ReadonlyArray<WebhookEvent['type']>
  /** Whether an old key waits for its acknowledgement of `candidate-verified`. */
  readonly acknowledges: boolean
  /** What happened before is not told. ISO 8601 */
  readonly since: string
}

interface Told {
  /** The same however often it is told. */
  readonly id: string
  /** When it happened, ISO 8601. */
  readonly at: string
}

export interface CredentialEvent extends Told {
  readonly type: CredentialEventType
  /** `zone/host/account/name` */
  readonly credential: string
  /** Of the secret that it is about. */
  readonly fingerprint: string
  readonly epoch: number
  /** Of a hold: its class. Of drift: the fingerprint of an earlier secret that opens instead. */
  readonly detail?: string
}

export interface CampaignEvent extends Told {
  readonly type: CampaignEventType
  readonly zone: string
  readonly campaign: string
  /** What one person alone has decided. */
  readonly action?: 'start' | CampaignAction
  /** Why he was enough; of a deadline, why the campaign was proposed. */
  readonly reason: string
}

/** What a receiver is told. No secret in it. */
export type WebhookEvent = CredentialEvent | CampaignEvent
