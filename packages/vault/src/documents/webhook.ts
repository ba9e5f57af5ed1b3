import { Secret, webhookEventTypes } from '@rekey/domain'
import type { CredentialName, Webhook } from '@rekey/domain'
import { Type } from 'typebox'
import { codec, plainCodec } from './codec.ts'
import { exactly, Instant, Text } from './shapes.ts'

/** People write it; its name is that of the path. */
const WebhookShape = exactly({
  url: Type.String({ pattern: '^https?://', maxLength: 2000 }),
  secret: Type.String({ minLength: 32, maxLength: 512 }),
  events: Type.Array(Type.Enum([...webhookEventTypes]), { maxItems: webhookEventTypes.length }),
  acknowledges: Type.Boolean(),
  since: Instant
})

const webhook = codec<Omit<Webhook, 'name'>, typeof WebhookShape>(WebhookShape, ({ secret, ...rest }) => ({ ...rest, secret: Secret.of(secret) }), ({ secret, ...rest }) => ({ ...rest, secret: secret.open() }))

const ToldShape = exactly({ events: Type.Array(Text) })

const told = plainCodec<{ events: string[] }, typeof ToldShape>(ToldShape)

export const webhooksPath = ['webhooks']

export function webhookPath (name: string): string[] {
  return [...webhooksPath, name]
}

export function decodeWebhook (raw: unknown, name: string): Webhook {
  return { name, ...webhook.decode(raw, webhookPath(name)) }
}

/** @param about a credential, or a campaign by its id */
export function toldPath (webhook: string, about: CredentialName | string): string[] {
  return ['told', webhook, ...typeof about === 'string' ? [about] : [about.host, about.account, about.name]]
}

export function encodeTold (events: readonly string[], path: readonly string[]): object {
  return told.encode({ events: [...events] }, path)
}

export function decodeTold (raw: unknown, path: readonly string[]): string[] {
  return told.decode(raw, path).events
}
