import type { GrantEnd, LeaseGrant } from '@rekey/domain'
import { bounded, parallelReads } from './bounded.ts'
import { decodeGrant, encodeGrant, encodeGrantEnd, grantEndPath, grantPath, grantsPath } from './documents/grant.ts'
import type { KvMount } from './kv.ts'
import { decodingTo } from './malformed.ts'
import type { Decoding, OnMalformed } from './malformed.ts'
import { wellFormed } from './names.ts'

/** The grants of one zone. Only its worker writes them; whoever may create an end, ends one. */
export class GrantBook {
  readonly #mount: KvMount
  readonly #zone: string
  readonly #decoding: Decoding
  /** That there were when the living were last asked for. */
  #seen: readonly string[] = []

  constructor (mount: KvMount, zone: string, onMalformed: OnMalformed) {
    this.#mount = mount
    this.#zone = zone
    this.#decoding = decodingTo(onMalformed)
  }

  /** By name, ended ones included; malformed ones are left out. */
  async all (): Promise<LeaseGrant[]> {
    return (await bounded(await this.#names(), parallelReads, async (name) => (await this.read(name))?.value)).filter((grant) => grant !== undefined)
  }

  /**
   * Those that have not been ended. What there was before is read while the names are asked for, as each lease waits for it: only a name that is new costs another round, and
   * nothing of what a grant said is remembered.
   */
  async living (): Promise<LeaseGrant[]> {
    const readAll = async (names: readonly string[]) => await bounded(names, parallelReads, async (name) => [name, await this.#alive(name)] as const)
    const [names, early] = await Promise.all([this.#names(), readAll(this.#seen)])
    const isSeen = new Set(this.#seen)
    const found = new Map([...early, ...await readAll(names.filter((name) => !isSeen.has(name)))])
    this.#seen = names
    return names.flatMap((name) => found.get(name) ?? [])
  }

  async #alive (name: string): Promise<LeaseGrant | undefined> {
    const [grant, ends] = await Promise.all([this.read(name), this.#ends(name)])
    return grant === undefined || ends.includes(String(grant.value.proposal)) ? undefined : grant.value
  }

  /** @returns the version 0 of one that is malformed or was never there */
  async read (name: string): Promise<{ value: LeaseGrant, version: number } | undefined> {
    const document = await this.#mount.read(grantPath(name))
    const value = document && this.#decoding.unlessMalformed(() => decodeGrant(document.data, this.#zone, name))
    return value && { value, version: document.version }
  }

  /** @param version the one that is replaced, 0 when there was none @throws RekeyError `vault/conflict` */
  async write (grant: LeaseGrant, version: number): Promise<void> {
    await this.#mount.write(grantPath(grant.name), encodeGrant(grant), version)
  }

  async hasEnded ({ name, proposal }: LeaseGrant): Promise<boolean> {
    return (await this.#ends(name)).includes(String(proposal))
  }

  /** Ends it, once and for all. */
  async end (end: GrantEnd): Promise<void> {
    const path = grantEndPath(end.grant, end.proposal)
    await this.#mount.create(path, encodeGrantEnd(end), async () => await this.#mount.exists(path))
  }

  async #names (): Promise<string[]> {
    return wellFormed('grant', (await this.#mount.list(grantsPath)).documents)
  }

  /** The proposals whose grants were ended, whatever these documents hold: to end access is harmless. */
  async #ends (name: string): Promise<readonly string[]> {
    return (await this.#mount.list(grantEndPath(name))).documents
  }
}
