import type { RekeyClient } from '@rekey/client'
import type { CredentialKind, CredentialName, Secret } from '@rekey/domain'
import { wayOf, type ImportTarget, type InventoryHost, type KnownCredential, type KnownHost } from '@rekey/inventory'

/** An import's way into the API. Each call may throw what the API refuses with, and `api/unavailable`. */
export class Api implements ImportTarget {
  readonly #client: RekeyClient

  constructor (client: RekeyClient) {
    this.#client = client
  }

  async hosts (zone: string): Promise<KnownHost[]> {
    return await this.#client.all('/v1/hosts', { zone })
  }

  async credentials (zone: string): Promise<KnownCredential[]> {
    return await this.#client.all('/v1/credentials', { zone })
  }

  async createHost (host: InventoryHost, observe: boolean): Promise<void> {
    const { zone, id, address, port, labels, trust, legacyAlgorithms } = host
    const body = { zone, id, address, port, labels, observe, ...legacyAlgorithms && { legacyAlgorithms }, ...wayOf(host), ...trust.mode === 'pinned' ? { hostKeys: trust.keys } : { trustOnFirstUse: true } }
    await this.#client.post('/v1/hosts', { body })
  }

  async adopt (credential: CredentialName, kind: CredentialKind, secret: Secret, observe: boolean): Promise<void> {
    await this.#client.post('/v1/credentials', { body: { ...credential, observe, [kind === 'password' ? 'password' : 'privateKey']: secret.open() } })
  }
}
