import { isRekeyError, type CredentialName, type Webhook, type WebhookEvent } from '@rekey/domain'
import type { AuditEntry, AuditTrail, ConsumerBook, Log, Messenger } from './ports.ts'

export interface DeliveryPorts {
  readonly book: ConsumerBook
  readonly messenger: Messenger
  readonly audit: AuditTrail
  readonly now: () => Date
  readonly log: Log
}

/** What there is to tell of one thing. */
export interface News {
  /** Under which it is kept what was told of it. */
  readonly about: CredentialName | string
  /** Oldest first. */
  readonly events: readonly WebhookEvent[]
  /** Of those there were, which may follow no more. */
  readonly forgets: boolean
}

/** In milliseconds. */
const firstWait = 1000
const longestWait = 300_000

/**
 * Sends events at least once each: one is recorded as told only after it was taken, so a crash in between tells it again under the same id. A webhook that fails
 * is left alone for a while, and keeps no other from being told.
 */
export class Deliveries {
  readonly #ports: DeliveryPorts
  readonly #waiting = new Map<string, { readonly until: number, readonly failures: number }>()

  constructor (ports: DeliveryPorts) {
    this.#ports = ports
  }

  /** @returns what it has still to be told @throws RekeyError `vault/*`, `audit/unwritable` */
  async tell (webhook: Webhook, { about, events: all, forgets }: News): Promise<WebhookEvent[]> {
    const { book, now } = this.#ports
    const events = all.filter(({ type, at }) => at >= webhook.since && (webhook.events.includes(type) || (webhook.acknowledges && type === 'candidate-verified')))
    if (events.length === 0) return []
    const told = await book.told(webhook.name, about)
    const left = events.filter(({ id }) => !told.value.includes(id))
    let version = told.version
    for (let taken = 0; taken < left.length; taken++) {
      const [event] = left.slice(taken)
      if (event === undefined || (this.#waiting.get(webhook.name)?.until ?? 0) > now().getTime() || !await this.#send(webhook, event)) return left.slice(taken)
      const ids = events.filter(one => !left.slice(taken + 1).includes(one)).map(({ id }) => id)
      version = await book.saveTold(webhook.name, about, [...new Set([...forgets ? [] : told.value, ...ids])], version)
    }
    return []
  }

  async #send (webhook: Webhook, event: WebhookEvent): Promise<boolean> {
    const { messenger, audit, now, log } = this.#ports
    await audit.record({ act: 'webhook.tell', ...subjectOf(event), detail: `${webhook.name}, ${event.type}, ${event.id}` })
    try {
      await messenger.send(webhook, event)
      this.#waiting.delete(webhook.name)
      return true
    } catch (error) {
      if (!isRekeyError(error, 'webhook/failed')) throw error
      const failures = (this.#waiting.get(webhook.name)?.failures ?? 0) + 1
      this.#waiting.set(webhook.name, { failures, until: now().getTime() + Math.min(firstWait * 2 ** (failures - 1), longestWait) })
      log.warn({ event: 'webhook-failed', webhook: webhook.name, ...'credential' in event ? { credential: event.credential } : { campaign: event.campaign }, type: event.type, failures }, error.message)
      return false
    }
  }
}

function subjectOf (event: WebhookEvent): Pick<AuditEntry, 'target' | 'epoch' | 'fingerprint' | 'reason'> {
  if ('credential' in event) return { target: event.credential, epoch: event.epoch, fingerprint: event.fingerprint }
  return { target: `${event.zone}, campaign ${event.campaign}`, reason: event.reason }
}
