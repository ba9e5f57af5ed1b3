import { formatName, holdsZone } from '@rekey/domain'
import { idOf, type Finding, type FindingSource } from './finding.ts'

const kind = 'drift'

/** Credentials whose host, the same by its key, does not take their current secret. */
export const drift: FindingSource = {
  kinds: [kind],
  endings: ['rotation'],
  find: ({ ports, states }) => states.flatMap((state): Finding[] => {
    if (state.drift?.endedAt !== null || state.status === 'left' || !holdsZone(ports.caller.zones, state.zone)) return []
    const place = formatName(state)
    return [{
      id: idOf(kind, place),
      kind,
      ...state.fingerprint !== null && { fingerprint: state.fingerprint },
      places: [place],
      elsewhere: false,
      since: state.drift.since,
      endedBy: 'rotation',
      detail: state.drift.opened === null ? 'the current secret is refused' : `the current secret is refused, and an earlier one opens: ${state.drift.opened}`,
      advice: 'Find out who changed the account, or whether the host was restored. POST /v1/orders replaces the secret over whatever recorded one opens; else its hold says what to do.'
    }]
  })
}
