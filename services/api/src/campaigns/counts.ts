import type { Registry } from '@rekey/metrics'
import { zoneStates } from '../credential-views.ts'
import type { ApiPorts } from '../inventory-port.ts'
import { readOnce } from '../read-once.ts'
import { measureByZone, ZoneCounts } from '../zone-counts.ts'
import { findCampaigns } from './find.ts'
import { lateTargets } from './late.ts'

type Ports = Pick<ApiPorts, 'zones' | 'inventory' | 'now'>

/** Tells a monitoring system of campaigns what people must know at once, by Vault's documents: whatever the process has seen itself. */
export function measureCampaigns ({ zones, inventory, now }: Ports, registry: Registry): void {
  const counts = new ZoneCounts(zones, async zone => {
    const campaigns = await findCampaigns({ inventory, zones }, zone)
    const statesIn = readOnce(async (name: string) => await zoneStates(inventory, name))
    const late = await Promise.all(campaigns.flatMap(campaign => campaign.zones.map(async one => await lateTargets({ inventory, statesIn, now }, one))))
    return { late: late.flat().length, alone: campaigns.flatMap(campaign => campaign.zones).reduce((sum, { run }) => sum + ((run?.breakGlass ?? null) === null ? 0 : 1) + (run?.steeredAlone?.length ?? 0), 0) }
  })
  measureByZone(counts, registry, { name: 'rekey_campaign_overdue', help: 'Targets of campaigns that are not proven though the campaign\'s deadline has passed, by zone; counted at most once a minute', of: ({ late }) => late })
  measureByZone(counts, registry, { name: 'rekey_break_glass', help: 'Starts and steerings of campaigns that one person alone has decided, by zone; counted at most once a minute', of: ({ alone }) => alone })
}
