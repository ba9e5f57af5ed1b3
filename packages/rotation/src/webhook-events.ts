import { createHash } from 'node:crypto'
import { formatName, type Campaign, type CampaignEvent, type CampaignRun, type Credential, type CredentialEvent, type CredentialEventType } from '@rekey/domain'
import { overdueSince, type AgingFacts } from './aging.ts'
import { rotationsOf } from './state.ts'

type Told = Pick<Credential['current'], 'fingerprint' | 'epoch'>

/**
 * All that there is to tell of a credential, oldest first. It follows from the document, and of what is overdue from the policies and the clock, so nothing
 * gets lost with a process: what was told is taken off it.
 * @param aging by which rules it is overdue; absent: nobody wants to know
 */
export function eventsOf (credential: Credential, aging?: AgingFacts): CredentialEvent[] {
  const { current, retired, hold, drift } = credential
  const name = formatName(credential.name)
  const event = (type: CredentialEventType, at: string, { fingerprint, epoch }: Told, { detail, about = [String(epoch), fingerprint, ''] }: { detail?: string | undefined, about?: readonly string[] } = {}): CredentialEvent => {
    return { id: idOf(type, name, ...about), type, at, credential: name, fingerprint, epoch, ...detail !== undefined && { detail } }
  }
  const stays = retired.filter(({ removedAt, wasRefused }) => removedAt === null && !wasRefused).at(-1)
  const overdue = aging && overdueSince(credential, aging)
  return [
    ...rotationsOf(credential).map(({ settledAt, newFingerprint, epoch }) => event('rotated', settledAt, { fingerprint: newFingerprint, epoch })),
    ...stays === undefined ? [] : [event('candidate-verified', stays.retiredAt, current)],
    ...retired.flatMap(secret => secret.removedAt === null ? [] : [event('debt', secret.removedAt, secret)]),
    ...hold === null ? [] : [event('hold', hold.since, current, { detail: hold.class, about: [String(current.epoch), current.fingerprint, hold.since] })],
    // Told also when it is over: a worker may have brought it back within the second, and somebody has changed that host.
    ...drift === null ? [] : [event('drift', drift.since, currentAt(drift.since, credential), { detail: drift.opened ?? undefined, about: [drift.since] })],
    ...overdue === undefined ? [] : [event('overdue', overdue.toISOString(), current)]
  ].sort((a, b) => a.at < b.at ? -1 : 1)
}

/** The same of a campaign in its zone: whoever looks at it finds the same. @param isLate whether its deadline has passed while it was not through */
export function eventsOfCampaign ({ zone, reason, deadline }: Campaign, { campaign, proposal, startedAt, breakGlass, steeredAlone = [] }: CampaignRun, isLate: boolean): CampaignEvent[] {
  const alone = [...breakGlass === null ? [] : [{ proposal, action: 'start' as const, at: startedAt, reason: breakGlass }], ...steeredAlone]
  return [
    ...alone.map(one => ({ id: idOf('break-glass', zone, campaign, String(one.proposal)), type: 'break-glass' as const, at: one.at, zone, campaign, action: one.action, reason: one.reason })),
    ...isLate && deadline !== null ? [{ id: idOf('campaign-overdue', zone, campaign), type: 'campaign-overdue' as const, at: deadline, zone, campaign, reason }] : []
  ].sort((a, b) => a.at < b.at ? -1 : 1)
}

function idOf (...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32)
}

/** The secret that was current then, as far as the document still knows. */
function currentAt (time: string, { current, retired, history }: Credential): Told {
  const replaced = [...retired, ...history].filter(({ wasRefused, madeAt, retiredAt }) => !wasRefused && madeAt <= time && time <= retiredAt)
  return replaced.reduce<Told | undefined>((last, one) => last === undefined || one.epoch > last.epoch ? one : last, undefined) ?? current
}
