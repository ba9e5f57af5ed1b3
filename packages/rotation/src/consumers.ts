import { askForLabels, defaultPolicy, formatName, isRekeyError, type Campaign, type Credential, type Policy, type Webhook } from '@rekey/domain'
import { labelsFor, type AgingFacts } from './aging.ts'
import { isLate } from './campaign/late.ts'
import type { SeenHost } from './campaign/look.ts'
import { Deliveries, type DeliveryPorts } from './deliveries.ts'
import type { Journal, Versioned } from './ports.ts'
import { eventsOf, eventsOfCampaign } from './webhook-events.ts'

export interface ConsumerPorts extends DeliveryPorts {
  readonly journal: Pick<Journal, 'credentials' | 'save' | 'policy' | 'namedPolicies' | 'host' | 'labels' | 'proposals' | 'campaigns' | 'orders'>
}

/** By which rules secrets of a zone are overdue. */
export type ZoneRules = Pick<AgingFacts, 'policy' | 'policies'>

export interface Telling {
  /** Whether everybody has been told everything. */
  readonly isComplete: boolean
  /** Whether a grace has ended, so that an old key is due to go. */
  readonly hasEndedGrace: boolean
}

/** Tells a zone's webhooks what has happened to its credentials and campaigns. */
export class Consumers {
  readonly #ports: ConsumerPorts
  readonly #deliveries: Deliveries

  constructor (ports: ConsumerPorts) {
    this.#ports = ports
    this.#deliveries = new Deliveries(ports)
  }

  /** What `tell` has to know of the zone, the same for all its hosts. @returns nothing where nobody wants to know what is overdue */
  async rules (webhooks: readonly Webhook[]): Promise<ZoneRules | undefined> {
    if (!webhooks.some(({ events }) => events.includes('overdue'))) return undefined
    return { policy: await this.#policy(), policies: await this.#ports.journal.namedPolicies() }
  }

  /** Tells of one host's credentials. @throws RekeyError `vault/*`, `audit/unwritable` */
  async tell (host: string, webhooks: readonly Webhook[], rules?: ZoneRules): Promise<Telling> {
    const { journal, now } = this.#ports
    const record = rules !== undefined && askForLabels(rules.policies) ? await journal.host(host) : undefined
    const aging = rules && { ...rules, labelsNow: await labelsFor(rules.policies, host, record, journal), now: now() }
    const done: Telling[] = []
    for (const stored of await journal.credentials(host)) done.push(await this.#tellOf(stored, webhooks, aging))
    return { isComplete: done.every(({ isComplete }) => isComplete), hasEndedGrace: done.some(({ hasEndedGrace }) => hasEndedGrace) }
  }

  /**
   * Tells of the zone's campaigns.
   * @param seen the hosts as far as the worker knows
   * @returns whether everybody has been told everything
   * @throws RekeyError `vault/*`, `audit/unwritable`
   */
  async tellCampaigns (webhooks: readonly Webhook[], seen: readonly SeenHost[]): Promise<boolean> {
    const { journal, now } = this.#ports
    const asked = webhooks.filter(({ events }) => events.includes('break-glass') || events.includes('campaign-overdue'))
    const campaigns = asked.length === 0 ? [] : (await journal.proposals()).filter((proposal): proposal is Campaign => proposal.kind === 'campaign')
    if (campaigns.length === 0) return true
    const [runs, orders, policy] = await Promise.all([journal.campaigns(), journal.orders(), this.#policy()])
    let isComplete = true
    for (const { value: run } of runs) {
      const campaign = campaigns.find(({ number }) => number === run.proposal)
      if (campaign === undefined) continue
      const events = eventsOfCampaign(campaign, run, await isLate(campaign, run, { seen, orders, policy, journal, now: now() }))
      // A place that opens again later makes no second end of the same time.
      const left = await Promise.all(asked.map(async webhook => await this.#deliveries.tell(webhook, { about: run.campaign, events, forgets: false })))
      isComplete = isComplete && left.flat().length === 0
    }
    return isComplete
  }

  async #tellOf (stored: Versioned<Credential>, webhooks: readonly Webhook[], aging: AgingFacts | undefined): Promise<Telling> {
    const events = eventsOf(stored.value, aging)
    // What follows from the document no more is forgotten, so what is kept of it stays as small as that.
    const left = await Promise.all(webhooks.map(async webhook => await this.#deliveries.tell(webhook, { about: stored.value.name, events, forgets: true })))
    const verified = events.find(({ type }) => type === 'candidate-verified')
    const asked = webhooks.filter(({ acknowledges }) => acknowledges)
    // Who was not told, because it lies before his time, has acknowledged nothing.
    const isAcknowledged = verified !== undefined && asked.length > 0 && asked.every(webhook => verified.at >= webhook.since && left[webhooks.indexOf(webhook)]?.includes(verified) === false)
    return { isComplete: left.flat().length === 0, hasEndedGrace: isAcknowledged && await this.#endGrace(stored) }
  }

  /** Nobody needs the old keys any more: those that only their grace keeps are due. @returns whether there was one */
  async #endGrace ({ value, version }: Versioned<Credential>): Promise<boolean> {
    const { journal, audit, now } = this.#ports
    const time = now().toISOString()
    const inGrace = value.retired.filter(({ removedAt, notBefore }) => removedAt === null && notBefore > time)
    if (inGrace.length === 0) return false
    for (const { epoch, fingerprint } of inGrace) await audit.record({ act: 'grace.end', target: formatName(value.name), epoch, fingerprint, detail: 'everybody who had to has acknowledged the new key' })
    await journal.save({ ...value, retired: value.retired.map(secret => inGrace.includes(secret) ? { ...secret, notBefore: time } : secret) }, version)
    return true
  }

  /** What people have written wrongly keeps nobody from being told. */
  async #policy (): Promise<Policy> {
    return await this.#ports.journal.policy().catch((error: unknown) => {
      if (isRekeyError(error, 'vault/malformed')) return defaultPolicy
      throw error
    })
  }
}
