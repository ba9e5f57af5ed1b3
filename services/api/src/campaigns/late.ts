import type { CredentialState } from '@rekey/domain'
import type { CallerPorts } from '../caller-ports.ts'
import type { UnseenState } from '../credential-views.ts'
import { outcomeOf } from '../order-progress.ts'
import type { TargetPorts } from '../orders.ts'
import { targetsOf, type ZoneCampaign } from './find.ts'

/** What of a campaign that has started is not proven in a zone though its deadline has passed. People have said of what is observed or has left that nothing is to happen. */
export async function lateTargets ({ now, ...ports }: TargetPorts & Pick<CallerPorts, 'now'>, campaign: ZoneCampaign): Promise<Array<CredentialState | UnseenState>> {
  const { proposal: { deadline }, run } = campaign
  if (deadline === null || run === undefined || run.state === 'stopped' || Date.parse(deadline) > now().getTime()) return []
  return (await targetsOf(ports, campaign)).filter(state => !['settled', 'locked', 'observed', 'left'].includes(outcomeOf({ number: run.order }, state)))
}
