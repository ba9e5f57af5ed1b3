import { formatName, isRekeyError, RekeyError } from '@rekey/domain'
import type { ClearedHold, Credential, CredentialName, Decision } from '@rekey/domain'
import type { VaultClient } from './client.ts'
import { credentialPath, decodeCredential, encodeCredential } from './documents/credential.ts'
import { decodePolicy, policyPath } from './documents/policy.ts'
import { encodeRelease, releasePath } from './documents/release.ts'
import { zoneMount } from './journal.ts'
import { KvMount } from './kv.ts'

/** A person's own way into one zone's Vault: with his login and his rights, not the rotator's. */
export interface Operator {
  credential (name: CredentialName): Promise<Credential | undefined>
  /** Clears the hold and records who did it and why. Undefined when there was none. @throws RekeyError `credential/unknown` */
  clearHold (name: CredentialName, reason: string): Promise<ClearedHold | undefined>
  /** Observes it until a person manages it again. @returns who said so first @throws RekeyError `credential/unknown` */
  observe (name: CredentialName, reason: string): Promise<Decision>
  /**
   * Ends every observation of it but its zone's: the one by a person, its own, and the one for its host's sake.
   * @returns whether the zone's policy observes it still
   * @throws RekeyError `credential/unknown`
   */
  manage (name: CredentialName, reason: string): Promise<{ zoneObserves: boolean }>
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

  /** Writes what `next` makes of the document, unless that is nothing. @returns the document as it stands then */
  async function change (name: CredentialName, next: (credential: Credential) => Credential | undefined): Promise<{ credential: Credential, isChanged: boolean }> {
    for (let attempt = 1; ; attempt += 1) {
      const found = await read(name)
      if (found === undefined) throw new RekeyError('credential/unknown', `there is no credential ${formatName(name)}`)
      const changed = next(found.credential)
      if (changed === undefined) return { credential: found.credential, isChanged: false }
      try {
        await mount.write(credentialPath(name), encodeCredential(changed), found.version)
        return { credential: changed, isChanged: true }
      } catch (error) {
        if (!isRekeyError(error, 'vault/conflict') || attempt === attempts) throw error
      }
    }
  }

  return {
    credential: async name => (await read(name))?.credential,
    async clearHold (name, reason) {
      const clearedBy = await own()
      const { credential, isChanged } = await change(name, ({ hold, ...rest }) => hold === null
        ? undefined
        : { ...rest, hold: null, lastClearedHold: { ...hold, clearedAt: now().toISOString(), clearedBy, reason }, failures: 0, refusals: 0, nextAttemptAt: null })
      return isChanged ? credential.lastClearedHold ?? undefined : undefined
    },
    async observe (name, reason) {
      const decision: Decision = { by: await own(), at: now().toISOString(), reason }
      const { credential } = await change(name, (found) => found.observedBy === null ? { ...found, observedBy: decision } : undefined)
      return credential.observedBy ?? decision
    },
    async manage (name, reason) {
      const decision: Decision = { by: await own(), at: now().toISOString(), reason }
      await change(name, (found) => found.observedBy === null ? undefined : { ...found, observedBy: null })
      await mount.create(releasePath(name), encodeRelease(decision, name), async () => await mount.read(releasePath(name)) !== undefined)
      const policy = await mount.read(policyPath)
      return { zoneObserves: policy !== undefined && decodePolicy(policy.data).observe }
    },
    close: async () => await client.close()
  }
}
