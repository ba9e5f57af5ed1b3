import { askForLabels, defaultPolicy, formatName, isRekeyError, type Credential, type Policy, type Webhook, type WebhookEvent } from '@rekey/domain'
import { labelsFor, type AgingFacts } from './aging.ts'
import type { AuditTrail, ConsumerBook, Journal, Log, Messenger, Versioned } from './ports.ts'
import { eventsOf } from './webhook-events.ts'

export interface ConsumerPorts {
  readonly journal: Pick<Journal, 'credentials' | 'save' | 'policy' | 'namedPolicies' | 'host' | 'labels'>
  readonly book: ConsumerBook
  readonly messenger: Messenger
  readonly audit: AuditTrail
  readonly now: () => Date
  readonly log: Log
}

/** By which rules secrets of a zone are overdue. */
export type ZoneRules = Pick<AgingFacts, 'policy' | 'policies'>

export interface Telling {
  /** Whether everybody has been told everything. */
  readonly isComplete: boolean
  /** Whether a grace has ended, so that an old key is due to go. */
  readonly hasEndedGrace: boolean
}

/** In milliseconds. */
const firstWait = 1000
const longestWait = 300_000

/**
 * Tells a zone's webhooks what has happened to its credentials, at least once each: an event is recorded as told only after it was taken, so a crash in
 * between tells it again under the same id. A webhook that fails is left alone for a while, and keeps no other from being told.
 */
export class Consumers {
  readonly #ports: ConsumerPorts
  readonly #waiting = new Map<string, { readonly until: number, readonly failures: number }>()

  constructor (ports: ConsumerPorts) {
    this.#ports = ports
  }

  /** What `tell` has to know of the zone, the same for all its hosts. @returns nothing where nobody wants to know what is overdue */
  async rules (webhooks: readonly Webhook[]): Promise<ZoneRules | undefined> {
    if (!webhooks.some(({ events }) => events.includes('overdue'))) return undefined
    const { journal } = this.#ports
    return { policy: await journal.policy().catch(unlessMalformed), policies: await journal.namedPolicies() }
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

  async #tellOf (stored: Versioned<Credential>, webhooks: readonly Webhook[], aging: AgingFacts | undefined): Promise<Telling> {
    const events = eventsOf(stored.value, aging)
    const left = await Promise.all(webhooks.map(async webhook => await this.#tellOne(webhook, stored.value, events)))
    const verified = events.find(({ type }) => type === 'candidate-verified')
    const asked = webhooks.filter(({ acknowledges }) => acknowledges)
    // Who was not told, because it lies before his time, has acknowledged nothing.
    const isAcknowledged = verified !== undefined && asked.length > 0 && asked.every(webhook => verified.at >= webhook.since && left[webhooks.indexOf(webhook)]?.includes(verified) === false)
    return { isComplete: left.flat().length === 0, hasEndedGrace: isAcknowledged && await this.#endGrace(stored) }
  }

  /** @returns what it has still to be told */
  async #tellOne (webhook: Webhook, { name }: Credential, all: readonly WebhookEvent[]): Promise<WebhookEvent[]> {
    const { book, now } = this.#ports
    const events = all.filter(({ type, at }) => at >= webhook.since && (webhook.events.includes(type) || (webhook.acknowledges && type === 'candidate-verified')))
    const told = await book.told(webhook.name, name)
    const left = events.filter(({ id }) => !told.value.includes(id))
    let version = told.version
    for (let taken = 0; taken < left.length; taken++) {
      const [event] = left.slice(taken)
      if (event === undefined || (this.#waiting.get(webhook.name)?.until ?? 0) > now().getTime() || !await this.#send(webhook, event)) return left.slice(taken)
      // What follows from the document no more is forgotten, so this stays as small as that.
      version = await book.saveTold(webhook.name, name, events.filter(one => !left.slice(taken + 1).includes(one)).map(({ id }) => id), version)
    }
    return []
  }

  async #send (webhook: Webhook, event: WebhookEvent): Promise<boolean> {
    const { messenger, audit, now, log } = this.#ports
    await audit.record({ act: 'webhook.tell', target: event.credential, epoch: event.epoch, fingerprint: event.fingerprint, detail: `${webhook.name}, ${event.type}, ${event.id}` })
    try {
      await messenger.send(webhook, event)
      this.#waiting.delete(webhook.name)
      return true
    } catch (error) {
      if (!isRekeyError(error, 'webhook/failed')) throw error
      const failures = (this.#waiting.get(webhook.name)?.failures ?? 0) + 1
      this.#waiting.set(webhook.name, { failures, until: now().getTime() + Math.min(firstWait * 2 ** (failures - 1), longestWait) })
      log.warn({ event: 'webhook-failed', webhook: webhook.name, credential: event.credential, type: event.type, failures }, error.message)
      return false
    }
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
}

/** What people have written wrongly keeps nobody from being told. */
function unlessMalformed (error: unknown): Policy {
  if (isRekeyError(error, 'vault/malformed')) return defaultPolicy
  throw error
}
