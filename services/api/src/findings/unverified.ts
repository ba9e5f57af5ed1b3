import { formatName, holdsZone, unverifiedSince } from '@rekey/domain'
import { policyFinder } from '../policies.ts'
import { idOf, type Finding, type FindingSource } from './finding.ts'

const kind = 'unverified'

/** Secrets that no heartbeat has seen to open for too long. The API's clock and the policies tell, so a worker that stands still hides none. */
export const unverified: FindingSource = {
  kinds: [kind],
  endings: ['verification'],
  find: async ({ ports, states }) => {
    const policyOf = policyFinder(ports.inventory)
    const found: Finding[] = []
    for (const state of states) {
      // Holds and drift say more of why it does not open.
      if (!holdsZone(ports.caller.zones, state.zone) || state.verifiedAt === null || state.leaving !== null || state.hold !== null || state.drift?.endedAt === null) continue
      const since = unverifiedSince({ verifiedAt: state.verifiedAt }, await policyOf(state), ports.now())
      if (since === undefined) continue
      const place = formatName(state)
      found.push({
        id: idOf(kind, place),
        kind,
        ...state.fingerprint !== null && { fingerprint: state.fingerprint },
        places: [place],
        elsewhere: false,
        since: since.toISOString(),
        endedBy: 'verification',
        detail: state.heartbeat === null ? 'no heartbeat has come about' : `the last heartbeat: ${state.heartbeat.outcome}`,
        advice: 'See whether the host is up and lets the worker in. Where many are unverified, see whether the zone\'s worker runs, and whether scheduledPerMinute of policies/default is enough for the policy\'s interval.'
      })
    }
    return found
  }
}
