import type { ConsumerBook } from '@rekey/rotation'
import { bounded, parallelReads } from './bounded.ts'
import type { VaultClient } from './client.ts'
import { decodeTold, decodeWebhook, encodeTold, toldPath, webhookPath, webhooksPath } from './documents/webhook.ts'
import { zoneMount } from './journal.ts'
import { KvMount } from './kv.ts'
import { decodingTo } from './malformed.ts'
import type { OnMalformed } from './malformed.ts'
import { wellFormed } from './names.ts'

/** A zone's webhooks, and what each was told. */
export function createConsumerBook ({ client, zone, onMalformed = () => {} }: { readonly client: VaultClient, readonly zone: string, readonly onMalformed?: OnMalformed }): ConsumerBook {
  const mount = new KvMount(client, zoneMount(zone))
  const { unlessMalformed } = decodingTo(onMalformed)
  return {
    async webhooks () {
      const names = wellFormed('label', (await mount.list(webhooksPath)).documents)
      const found = await bounded(names, parallelReads, async name => {
        const document = await mount.read(webhookPath(name))
        return document && unlessMalformed(() => decodeWebhook(document.data, name))
      })
      return found.filter(webhook => webhook !== undefined)
    },
    async told (webhook, about) {
      const path = toldPath(webhook, about)
      const document = await mount.read(path)
      return document === undefined ? { value: [], version: 0 } : { value: decodeTold(document.data, path), version: document.version }
    },
    async saveTold (webhook, about, ids, version) {
      const path = toldPath(webhook, about)
      return await mount.write(path, encodeTold(ids, path), version)
    }
  }
}
