import type { ProposalDraft } from '@rekey/domain'
import type { CallerPorts } from './caller-ports.ts'

const aDay = 24 * 3600

/** What every proposal of a caller says. */
export function draftOf ({ actor, now }: CallerPorts, zone: string, { reason, expiresInSeconds = aDay }: { readonly reason: string, readonly expiresInSeconds?: number | undefined }): Pick<ProposalDraft, 'zone' | 'reason' | 'proposedBy' | 'expiresAt'> {
  return { zone, reason, proposedBy: actor, expiresAt: new Date(now().getTime() + expiresInSeconds * 1000).toISOString() }
}
