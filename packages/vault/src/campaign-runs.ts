import type { CampaignRun } from '@rekey/domain'
import type { Versioned } from '@rekey/rotation'
import { bounded, parallelReads } from './bounded.ts'
import { campaignIds, campaignPath, decodeRun } from './documents/campaign.ts'
import type { KvMount } from './kv.ts'
import type { Decoding } from './malformed.ts'

/** The campaigns that were started in a zone, each with its version. Malformed ones are left out. */
export async function campaignRuns (mount: KvMount, { unlessMalformed }: Pick<Decoding, 'unlessMalformed'>): Promise<Array<Versioned<CampaignRun>>> {
  const ids = campaignIds((await mount.list(campaignPath())).documents)
  const found = await bounded(ids, parallelReads, async campaign => {
    const document = await mount.read(campaignPath(campaign))
    const value = document && unlessMalformed(() => decodeRun(document.data, campaign))
    return value && { value, version: document.version } satisfies Versioned<unknown>
  })
  return found.filter(run => run !== undefined)
}
