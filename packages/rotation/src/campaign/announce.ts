import type { Campaign, Steering } from '@rekey/domain'
import type { Granted } from '../proposal.ts'
import { approversOf } from '../proposal.ts'
import type { Look } from './look.ts'

/**
 * Records what people have decided before it is done, and calls out who was enough alone.
 * @param act in the audit trail
 * @param done of the campaign, for the alarm
 */
export async function announce (found: Granted<Campaign | Steering>, { act, done }: { readonly act: string, readonly done: 'started' | 'steered' }, { audit, log }: Look['ports']): Promise<void> {
  const { proposal: { zone, number, campaign, reason }, breakGlass } = found
  const detail = `campaign ${campaign} by proposal ${number}, approved by ${approversOf(found)}`
  await audit.record({ act, target: zone, reason, detail })
  if (breakGlass === undefined) return
  await audit.record({ act: 'break-glass', target: zone, reason: breakGlass, detail })
  log.error({ event: 'alarm', alarm: 'break-glass', campaign, proposal: number }, `one person alone has ${done} a campaign, without the others whose approval the policy wants`)
}
