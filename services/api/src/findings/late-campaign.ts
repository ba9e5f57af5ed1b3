import { formatName } from '@rekey/domain'
import { findCampaigns } from '../campaigns/find.ts'
import { lateTargets } from '../campaigns/late.ts'
import { idOf, type Finding, type FindingSource } from './finding.ts'

const kind = 'campaign-overdue'

/** What campaigns should have proven dead by their deadlines: one finding for each campaign, and all of its places. */
export const lateCampaign: FindingSource = {
  kinds: [kind],
  endings: ['rotation'],
  find: async ({ ports, states }) => {
    const statesIn = async (zone: string) => await Promise.resolve(states.filter(state => state.zone === zone))
    const found = await Promise.all((await findCampaigns(ports)).map(async ({ id, zones }): Promise<Finding[]> => {
      const late = (await Promise.all(zones.map(async one => await lateTargets({ ...ports, statesIn }, one)))).flat()
      const [{ proposal: { deadline, reason } }] = zones
      return late.length === 0
        ? []
        : [{
            id: idOf(kind, id),
            kind,
            places: late.map(formatName).sort(),
            elsewhere: false,
            since: deadline,
            endedBy: 'rotation',
            detail: `campaign ${id}: ${reason}`,
            advice: 'An attacker may still open these places. GET /v1/campaigns/{id} and rekey campaign show say what stands in the way of each.'
          }]
    }))
    return found.flat()
  }
}
