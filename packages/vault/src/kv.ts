import { RekeyError } from '@rekey/domain'
import type { VaultClient } from './client.ts'

export interface KvDocument {
  readonly data: unknown
  readonly version: number
  /** When that version was written, by Vault's clock. */
  readonly createdAt: string
}

/** A KV v2 mount. Paths are lists of names below it. Every call may throw `vault/*` as VaultClient does. */
export class KvMount {
  readonly #client: VaultClient
  readonly #mount: string

  constructor (client: VaultClient, mount: string) {
    this.#client = client
    this.#mount = mount
  }

  async read (path: readonly string[]): Promise<KvDocument | undefined> {
    const answer = await this.#client.read([this.#mount, 'data', ...path]) as { data?: unknown, metadata?: { version?: unknown, created_time?: unknown } } | undefined
    // A deleted version answers with its metadata and no data.
    if (answer?.data === undefined || answer.data === null) return undefined
    return { data: answer.data, version: versionOf(answer.metadata), createdAt: String(answer.metadata?.created_time) }
  }

  /**
   * @param version the version to be replaced; 0 creates
   * @returns the new version
   * @throws RekeyError `vault/conflict`; an identity that may only create gets `vault/forbidden` for a document that exists
   */
  async write (path: readonly string[], data: object, version: number): Promise<number> {
    return versionOf(await this.#client.write([this.#mount, 'data', ...path], { data, options: { cas: version } }))
  }

  /**
   * Creates a document unless there is one.
   * Vault tells an identity that may only create by 403 that it exists: `exists` looks, to tell it from a policy that lacks the right.
   * @returns whether it was created now
   */
  async create (path: readonly string[], data: object, exists: () => Promise<boolean>): Promise<boolean> {
    try {
      await this.write(path, data, 0)
      return true
    } catch (error) {
      if (error instanceof RekeyError && error.code === 'vault/conflict') return false
      if (error instanceof RekeyError && error.code === 'vault/forbidden' && await exists()) return false
      throw error
    }
  }

  /** Names of the folders and of the documents right below a path, sorted by code unit. A name can be both. */
  async list (path: readonly string[]): Promise<{ folders: string[], documents: string[] }> {
    const names = (await this.#client.list([this.#mount, 'metadata', ...path])).sort()
    return {
      folders: names.filter(name => name.endsWith('/')).map(name => name.slice(0, -1)).sort(),
      documents: names.filter(name => !name.endsWith('/'))
    }
  }

  /** Whether any version of the document is or was there, told from its metadata. */
  async exists (path: readonly string[]): Promise<boolean> {
    return await this.#client.read([this.#mount, 'metadata', ...path]) !== undefined
  }

  /** Destroys the document with every version and its metadata. */
  async erase (path: readonly string[]): Promise<void> {
    await this.#client.delete([this.#mount, 'metadata', ...path])
  }

  /** Destroys single versions for good. */
  async destroy (path: readonly string[], versions: readonly number[]): Promise<void> {
    await this.#client.write([this.#mount, 'destroy', ...path], { versions })
  }

  /** How the mount is set, or undefined when this identity may not see it. */
  async settings (): Promise<{ casRequired: boolean, maxVersions: number } | undefined> {
    try {
      const config = await this.#client.read([this.#mount, 'config']) as { cas_required?: unknown, max_versions?: unknown } | undefined
      return { casRequired: config?.cas_required === true, maxVersions: Number(config?.max_versions ?? 0) }
    } catch (error) {
      if (error instanceof RekeyError && error.code === 'vault/forbidden') return undefined
      throw error
    }
  }
}

function versionOf (metadata: unknown): number {
  const version = (metadata as { version?: unknown } | undefined)?.version
  if (typeof version !== 'number') throw new RekeyError('vault/unavailable', 'Vault answered without the version of the document')
  return version
}
