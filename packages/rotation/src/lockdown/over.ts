import type { CampaignRun, CredentialState, SpareReason } from '@rekey/domain'
import { covers, isReached, spareReason } from '@rekey/domain'
import type { Facts, Outline } from '../facts.ts'
import { subjectOf } from '../facts.ts'

/*
 * Which credentials a lockdown locks. It follows from the credential, the campaigns that have reached its host and who relies on whom there: a credential
 * is locked where the host's recovery credential leads back, and nobody else is reached or changed through it. Every other one is replaced, as in any campaign.
 */

/** The lockdown that has to lock a credential, the newest of several. Nothing where it has done so, or spares it. */
export function lockdownOver (credential: Outline, facts: Facts): CampaignRun | undefined {
  const run = newestOver(credential, facts)
  const isOwed = run !== undefined && run.order > Math.max(credential.current.order, credential.lock?.order ?? 0)
  return isOwed && whySpared(credential, run, facts) === undefined ? run : undefined
}

/** The lockdown that covers a credential and has it replaced instead, and why. */
export function sparedBy (credential: Outline, facts: Facts): CredentialState['spared'] {
  const run = newestOver(credential, facts)
  const why = run && whySpared(credential, run, facts)
  return run === undefined || why === undefined ? null : { campaign: run.campaign, order: run.order, why }
}

/** Whether it is locked, that is proven, and nobody has cleared the hold that it ends with. */
export function isLockedDown ({ lock, hold }: Pick<Outline, 'lock' | 'hold'>): boolean {
  return lock !== null && lock.proof !== null && hold?.class === 'locked-down'
}

function newestOver (credential: Outline, { campaigns, orders, labels }: Facts): CampaignRun | undefined {
  const last = credential.leaving?.order ?? Infinity
  return campaigns.filter((run) => run.lockdown !== undefined && run.order <= last && isReached(run, credential.name.host, labels) &&
    orders.some(({ number, scope }) => number === run.order && covers(scope, subjectOf(credential), labels))).toSorted((a, b) => a.order - b.order).at(-1)
}

function whySpared (credential: Outline, { lockdown }: CampaignRun, { recovery, siblings }: Facts): SpareReason | undefined {
  return spareReason(credential, { recovery, siblings, passed: lockdown?.passed ?? [] })
}
