import { formatName, isRekeyError, RekeyError } from '@rekey/domain'
import type { ClearedHold, Credential, CredentialName } from '@rekey/domain'
import type { VaultClient } from './client.ts'
import { credentialPath, decodeCredential, encodeCredential } from './documents/credential.ts'
import { zoneMount } from './journal.ts'
import { KvMount } from './kv.ts'

/** A person's own way into one zone's Vault: with his login and his rights, not the rotator's. */
export interface Operator {
  credential (name: CredentialName): Promise<Credential | undefined>
  /** Clears the hold and records who did it and why. Undefined when there was none. @throws RekeyError `credential/unknown` */
  clearHold (name: CredentialName, reason: string): Promise<ClearedHold | undefined>
  close (): Promise<void>
}

export interface OperatorOptions {
  readonly client: VaultClient
  readonly zone: string
  readonly now?: () => Date
}

/** Lost races with the worker before we give up. */
const attempts = 5

export function createOperator ({ client, zone, now = () => new Date() }: OperatorOptions): Operator {
  const mount = new KvMount(client, zoneMount(zone))

  async function read (name: CredentialName): Promise<{ credential: Credential, version: number } | undefined> {
    const document = await mount.read(credentialPath(name))
    return document && { credential: decodeCredential(document.data, name), version: document.version }
  }

  /** Whom Vault knows us as. */
  async function own (): Promise<string> {
    const { display_name: name } = await client.read(['auth', 'token', 'lookup-self']) as { display_name?: unknown }
    return typeof name === 'string' && name !== '' ? name : 'unknown'
  }

  return {
    credential: async name => (await read(name))?.credential,
    async clearHold (name, reason) {
      const clearedBy = await own()
      for (let attempt = 1; ; attempt += 1) {
        const found = await read(name)
        if (found === undefined) throw new RekeyError('credential/unknown', `there is no credential ${formatName(name)}`)
        const { credential, version } = found
        if (credential.hold === null) return undefined
        const cleared: ClearedHold = { ...credential.hold, clearedAt: now().toISOString(), clearedBy, reason }
        try {
          await mount.write(credentialPath(name), encodeCredential({
            ...credential, hold: null, lastClearedHold: cleared, failures: 0, refusals: 0, nextAttemptAt: null
          }), version)
          return cleared
        } catch (error) {
          if (!isRekeyError(error, 'vault/conflict') || attempt === attempts) throw error
        }
      }
    },
    close: async () => await client.close()
  }
}
