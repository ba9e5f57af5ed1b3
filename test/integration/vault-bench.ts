import { readFile } from 'node:fs/promises'
import { Secret } from '@rekey/domain'
import type { Stack } from '@rekey/local'
import { createVaultClient } from '@rekey/vault'
import type { VaultClient, VaultOptions } from '@rekey/vault'
import { personOf, type Who } from '../faults/harness/logins.ts'

/** Clients that speak to a stack's Vault as its services and people do, with their own logins and rights. */
export class Identities {
  readonly #stack: Stack
  readonly #open: VaultClient[] = []

  constructor (stack: Stack) {
    this.#stack = stack
  }

  #client (login: VaultOptions['login'], more: Partial<VaultOptions> = {}): VaultClient {
    const client = createVaultClient({ address: this.#stack.vault.address, caFile: this.#stack.caFile, login, ...more })
    this.#open.push(client)
    return client
  }

  /** @param name `api` or `worker-<zone>` */
  service (name: string, more: Partial<VaultOptions> = {}): VaultClient {
    const { roleIdFile, secretIdFile } = this.#stack.credentials(name)
    return this.#client({ method: 'approle', roleIdFile, secretIdFile }, more)
  }

  async person (zone: string, who: Who = 'operator', more: Partial<VaultOptions> = {}): Promise<VaultClient> {
    const { username, passwordFile } = personOf(this.#stack, zone, who)
    return this.#client({ method: 'userpass', username, password: Secret.of((await readFile(passwordFile, 'utf8')).trim()) }, more)
  }

  async close (): Promise<void> {
    await Promise.all(this.#open.map(async client => await client.close()))
  }
}

/** Creates a document past our codecs, with one identity's rights. */
export async function put (client: VaultClient, mount: string, path: string[], data: object, version = 0): Promise<void> {
  await client.write([mount, 'data', ...path], { data, options: { cas: version } })
}
