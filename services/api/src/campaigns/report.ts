import type { Static } from 'typebox'
import { digestOf, formatName, reportText, type SignedReport } from '@rekey/domain'
import type { CallerPorts } from '../caller-ports.ts'
import type { CampaignReport } from '../schemas/campaign-report.ts'
import { accessEndedIn } from './access-ended.ts'
import type { FoundCampaign } from './find.ts'
import { pictureOf, targetKey, type CampaignTarget } from './view.ts'

type Report = Static<typeof CampaignReport>

/**
 * All that is known of a campaign, with the proof of each target, signed. Also while it runs: it says how things stand when it is made.
 * @throws RekeyError `vault/*`
 */
export async function signedReport (ports: CallerPorts, campaign: FoundCampaign): Promise<SignedReport<Report>> {
  const [{ summary, targets }, ended] = await Promise.all([pictureOf(ports, campaign), accessEndedIn(ports, campaign)])
  const report: Report = {
    format: 'rekey-campaign-report/1',
    madeAt: ports.now().toISOString(),
    madeFor: ports.actor,
    campaign: summary,
    ended,
    proposals: campaign.zones.map(({ proposal }) => {
      const { zone, number, scope, after, waitSeconds, breakerPercent, endsTokens, endsSessions = false, lockdown = false, deadline, asked, reason, proposedBy, proposedAt, expiresAt } = proposal
      return { zone, number, digest: digestOf(proposal), scope, after, waitSeconds, breakerPercent, endsTokens, endsSessions, lockdown, deadline, asked, reason, proposedBy, proposedAt, expiresAt }
    }),
    targets: targets.toSorted((a, b) => targetKey(a) < targetKey(b) ? -1 : 1).map(target => outcomeOf(target, campaign))
  }
  return { report, ...await ports.sign(reportText(report)) }
}

/** What became of a target: its proofs since the campaign began, and what is owed there. */
function outcomeOf ({ state, outcome, refusedAt }: CampaignTarget, { zones }: FoundCampaign): Report['targets'][number] {
  const order = zones.find(({ proposal }) => proposal.zone === state.zone)?.run?.order ?? Infinity
  const { status, fingerprint, sessions, lock, spared, hold, lastFailure, nextAttemptAt } = state
  return {
    credential: formatName(state),
    outcome,
    status,
    fingerprint,
    refusedAt,
    proofs: state.rotations.filter(rotation => rotation.order >= order),
    debts: [...state.debts, ...state.owed === null ? [] : [state.owed]],
    sessions,
    lock,
    spared,
    hold,
    lastFailure,
    nextAttemptAt
  }
}
