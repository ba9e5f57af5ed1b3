import { formatName, holdsZone } from '@rekey/domain'
import { dueTimes } from '../due-times.ts'
import { idOf, type Finding, type FindingSource } from './finding.ts'

const kind = 'overdue'

/** Secrets that should have been replaced by now. The API's clock and the policies tell, so a worker that stands still hides none. */
export const overdue: FindingSource = {
  kinds: [kind],
  endings: ['rotation'],
  find: async ({ ports, states }) => {
    const own = states.filter(({ zone }) => holdsZone(ports.caller.zones, zone))
    const fingerprints = new Map(own.map(state => [formatName(state), state.fingerprint]))
    return (await dueTimes(own, ports)).filter(credential => credential.overdue).map(({ policy, due, madeAt, ...name }): Finding => {
      const place = formatName(name)
      const fingerprint = fingerprints.get(place)
      return {
        id: idOf(kind, place),
        kind,
        ...typeof fingerprint === 'string' && { fingerprint },
        places: [place],
        elsewhere: false,
        since: due.overdueAt?.toISOString() ?? null,
        endedBy: 'rotation',
        detail: `made ${madeAt}, due ${due.dueAt.toISOString()} by ${due.by === 'age' ? 'the zone\'s longest age' : `the policy ${policy ?? ''}`}`,
        advice: 'See what keeps it from being replaced: GET /v1/credentials/{zone}/{host}/{account}/{name} tells of holds, failures and observation, and the worker\'s health whether it runs. POST /v1/orders replaces it at once.'
      }
    })
  }
}
