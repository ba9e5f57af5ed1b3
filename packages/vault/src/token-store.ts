import { tokenIdPattern } from '@rekey/domain'
import type { ApiToken } from '@rekey/domain'
import { bounded, parallelReads } from './bounded.ts'
import type { VaultClient } from './client.ts'
import { decodeToken, encodeToken, tokenPath, tokensPath } from './documents/api-token.ts'
import { sharedMount } from './journal.ts'
import { KvMount } from './kv.ts'
import { decodingTo } from './malformed.ts'
import type { OnMalformed } from './malformed.ts'

const isId = new RegExp(tokenIdPattern)

/** The tokens of the API, without their secrets. It is the store that services/api asks for. */
export function createTokenStore ({ client, onMalformed = () => {} }: { readonly client: VaultClient, readonly onMalformed?: OnMalformed }) {
  const mount = new KvMount(client, sharedMount)
  const { unlessMalformed } = decodingTo(onMalformed)

  async function find (id: string): Promise<{ value: ApiToken, version: number } | undefined> {
    const document = await mount.read(tokenPath(id))
    // A malformed one opens nothing.
    const value = document && unlessMalformed(() => decodeToken(document.data, id))
    return value && { value, version: document.version }
  }

  return {
    find,
    async all (): Promise<ApiToken[]> {
      const ids = (await mount.list(tokensPath)).documents.filter(id => isId.test(id))
      const found = await bounded(ids, parallelReads, find)
      return found.flatMap(token => token === undefined ? [] : [token.value])
    },
    async save (token: ApiToken, version: number): Promise<void> {
      await mount.write(tokenPath(token.id), encodeToken(token), version)
    },
    async erase (id: string): Promise<void> {
      await mount.erase(tokenPath(id))
    }
  }
}
