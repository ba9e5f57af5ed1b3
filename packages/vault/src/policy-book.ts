import { isDeepStrictEqual } from 'node:util'
import { RekeyError } from '@rekey/domain'
import type { NamedPolicy } from '@rekey/domain'
import { decodeFolder, decodeNamedPolicy, encodeFolder, encodeNamedPolicy, mostPolicies, namedPoliciesPath } from './documents/named-policies.ts'
import type { StoredPolicies } from './documents/named-policies.ts'
import type { KvMount } from './kv.ts'
import { decodingTo } from './malformed.ts'
import type { Decoding, OnMalformed } from './malformed.ts'

/** Vault takes a document of 1 MiB at most. */
const mostCharacters = 512 * 1024

/** The named policies of one zone. */
export class PolicyBook {
  readonly #mount: KvMount
  readonly #decoding: Decoding
  /** As they were last read: who is given the same objects again need not look at them anew. */
  #last: { readonly raw: unknown, readonly policies: NamedPolicy[] } | undefined

  constructor (mount: KvMount, onMalformed: OnMalformed) {
    this.#mount = mount
    this.#decoding = decodingTo(onMalformed)
  }

  /** By name; malformed ones are left out. */
  async all (): Promise<NamedPolicy[]> {
    const document = await this.#mount.read(namedPoliciesPath)
    if (document !== undefined && this.#last !== undefined && isDeepStrictEqual(document.data, this.#last.raw)) return this.#last.policies
    const stored = document && this.#decoding.unlessMalformed(() => decodeFolder(document.data))
    const policies = Object.entries(stored ?? {}).sort(([a], [b]) => a < b ? -1 : 1)
      .flatMap(([name, raw]) => this.#decoding.unlessMalformed(() => decodeNamedPolicy(raw, name)) ?? [])
    this.#last = document && { raw: document.data, policies }
    return policies
  }

  /**
   * Replaces one, or creates it, unless somebody else has changed it meanwhile.
   * @param seen its revision, 0 when there was none
   * @throws RekeyError `vault/conflict`, `input/unprocessable` when there are too many of them, or they are too long together
   */
  async replace (policy: Omit<NamedPolicy, 'revision'>, seen: number): Promise<NamedPolicy> {
    return await this.#change(policy.name, seen, (stored, revision) => {
      const next = { ...policy, revision }
      return { stored: { ...stored, [policy.name]: encodeNamedPolicy(next) }, result: next }
    })
  }

  /** @throws RekeyError `vault/conflict` */
  async remove (name: string, seen: number): Promise<void> {
    await this.#change(name, seen, ({ [name]: _, ...stored }) => ({ stored, result: undefined }))
  }

  async #change<Result> (name: string, seen: number, next: (stored: StoredPolicies, revision: number) => { stored: StoredPolicies, result: Result }): Promise<Result> {
    const document = await this.#mount.read(namedPoliciesPath)
    const present = document === undefined ? {} : decodeFolder(document.data)
    if (revisionOf(present[name], name) !== seen) throw new RekeyError('vault/conflict', `the policy ${name} is another one by now`)
    const version = document?.version ?? 0
    const { stored, result } = next(present, version + 1)
    if (Object.keys(stored).length > mostPolicies) throw new RekeyError('input/unprocessable', `name: the zone has ${mostPolicies} policies already; remove one, or let one select more`, { field: 'name' })
    if (JSON.stringify(stored).length > mostCharacters) throw new RekeyError('input/unprocessable', 'selector: the policies of the zone are too long together; use labels in place of lists of hosts', { field: 'selector' })
    await this.#mount.write(namedPoliciesPath, encodeFolder(stored), version)
    return result
  }
}

/** Of a malformed one 0, as if it were not there: it can be written anew. */
function revisionOf (raw: object | undefined, name: string): number {
  return (raw && decodingTo(() => {}).unlessMalformed(() => decodeNamedPolicy(raw, name)))?.revision ?? 0
}
