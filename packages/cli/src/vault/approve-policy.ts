import { formatChanges, hasExpired, RekeyError, type WaitingPolicy } from '@rekey/domain'
import type { Operator } from '@rekey/vault'
import { asJson, declined, type Said } from '../said.ts'
import type { Session } from '../session.ts'
import { typed } from '../typed.ts'

/** Whose policy, and whether the person has looked already. */
export interface ApprovingPolicy {
  readonly zone: string
  readonly isSure: boolean
  readonly json: boolean | undefined
}

/**
 * Shows what of a zone's written policy waits for approval, as it stands in Vault, and approves of just that.
 * @throws RekeyError `input/invalid` when nothing waits, or it can't be approved any more; `approval/exists`
 */
export async function approvePolicy ({ zone, isSure, json = false }: ApprovingPolicy, operator: Operator, session: Pick<Session, 'err' | 'ask'>): Promise<Said> {
  const { waits } = await operator.policy()
  if (waits === undefined) throw new RekeyError('input/invalid', `nothing of the policy of ${zone} waits for approval: all that is written there is in force`)
  session.err(shown(waits))
  const whyNot = whyNotOf(waits)
  if (whyNot !== undefined) throw new RekeyError('input/invalid', `the policy of ${zone} can't be approved: ${whyNot}`)
  if (!isSure && await typed(`Type the zone's name, ${zone}, to approve: `, session) !== zone) return declined('nothing was approved')
  const { approvals, waits: left } = await operator.approvePolicy(waits)
  if (json) {
    const { version, digest, changes, approvalsNeeded } = waits
    return { out: asJson({ policy: zone, version, digest, changes, approvals: left?.approvals ?? approvals, approvalsNeeded, isInForce: left === undefined }), notes: [] }
  }
  return { out: `Approved. ${left === undefined ? `The policy of ${zone} is in force as it is written.` : `The policy of ${zone} has ${left.approvals.length} of the ${left.approvalsNeeded} approvals that it needs.`}\n`, notes: [] }
}

function whyNotOf ({ version, expiresAt }: WaitingPolicy): string | undefined {
  if (expiresAt === null) return 'there is no policies/default, and the defaults are weaker than what is in force. Write one, and approve of that'
  return hasExpired({ expiresAt }, new Date()) ? `version ${version} is too old since ${expiresAt}. Write it anew` : undefined
}

function shown ({ zone, version, writtenAt, changes, digest, approvals, approvalsNeeded, expiresAt }: WaitingPolicy): string {
  return [
    writtenAt === null ? `The policy of ${zone}, of which nothing is written any more` : `The policy of ${zone}, version ${version}, written at ${writtenAt}`,
    '  in force → written:',
    ...formatChanges(changes).map(change => `  ${change}`),
    `  needs     ${approvalsNeeded} approvals${expiresAt === null ? '' : `, until ${expiresAt}`}`,
    `  digest    ${digest}`,
    ...approvals.map(({ by, entity, at }) => `  approved  by ${by} (${entity}) at ${at}`),
    'Whoever wrote it could do so alone. From then on fewer people are asked, secrets are weaker or live longer, or zones begin in another order.',
    ''
  ].join('\n')
}
