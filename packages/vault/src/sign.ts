import { RekeyError } from '@rekey/domain'
import type { VaultClient } from './client.ts'

/** A signature by one of Vault's transit keys, as Vault writes it. */
export interface Signature {
  readonly key: string
  readonly signature: string
}

/** @throws RekeyError `config/invalid`, `vault/*` */
export async function sign (client: VaultClient, key: string, text: string): Promise<Signature> {
  const input = Buffer.from(text).toString('base64')
  const { signature } = (await client.write(['transit', 'sign', key], { input }) ?? {}) as { signature?: unknown }
  if (typeof signature !== 'string') throw new RekeyError('config/invalid', `the transit key ${key} in Vault gives no signatures: make it as deploy/vault says`)
  return { key, signature }
}
