import { findCampaign } from '../campaigns/find.ts'
import { pictureOf, shownOf, targetKey } from '../campaigns/view.ts'
import type { CallerPorts } from '../caller-ports.ts'
import { zoneStates } from '../credential-views.ts'
import { readOnce } from '../read-once.ts'
import { seenOf, type Picture } from './picture.ts'
import { reread } from './reread.ts'

type StatesIn = (zone: string) => ReturnType<typeof zoneStates>
type Ports = Pick<CallerPorts, 'inventory' | 'zones' | 'now'>

/** A campaign in these zones, by a look at everything. @throws RekeyError `campaign/unknown`, `vault/*` */
export async function campaignPicture (ports: Ports, id: string): Promise<Picture> {
  return await look(ports, id, readOnce(async (zone: string) => await zoneStates(ports.inventory, zone)))
}

async function look (ports: Ports, id: string, statesIn: StatesIn): Promise<Picture> {
  const { summary, targets: found } = await pictureOf({ ...ports, statesIn }, await findCampaign(ports, id))
  const targets = found.toSorted((a, b) => targetKey(a) < targetKey(b) ? -1 : 1).map(shownOf)
  return {
    targets,
    done: summary.done,
    whole: { event: 'campaign', data: { ...summary, targets } },
    besides: summary,
    last: summary,
    seen: seenOf([id], targets, summary),
    next: async () => await look(ports, id, readOnce(async (zone: string) =>
      await reread(ports.inventory, await statesIn(zone), targets) ?? await zoneStates(ports.inventory, zone)))
  }
}
