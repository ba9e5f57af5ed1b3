import { randomUUID } from 'node:crypto'
import type { CampaignDryRun, RekeyClient } from '@rekey/client'
import type { CredentialKind } from '@rekey/domain'
import { inLines } from '../columns.ts'
import { reasonFrom } from '../reason.ts'
import { asJson, declined, type Said } from '../said.ts'
import { scopeFrom, type ScopeFlags } from '../scope.ts'
import type { Session } from '../session.ts'
import { typed } from '../typed.ts'
import { UsageError } from '../usage-error.ts'
import { pageOfDryRun } from './dry-run-page.ts'
import { approvalLines } from './steer.ts'
import { watchCampaign, type WatchFlags } from './watch.ts'

/** What is answered at once, before anybody has looked at what it covers. */
interface CampaignProposed {
  readonly id: string
  readonly zones: ReadonlyArray<{ readonly approveWith: string, readonly approvalsNeeded: number }>
}

export interface StartFlags extends WatchFlags, ScopeFlags {
  readonly reason?: string
  readonly kind?: readonly CredentialKind[]
  readonly burned?: readonly string[]
  readonly deadline?: string
  readonly breakerPercent?: number
  readonly waitSeconds?: number
  readonly endSessions?: boolean
  readonly lockdown?: boolean
  readonly keepTokens?: boolean
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly wait?: boolean
  readonly idempotencyKey?: string
}

/** Shows what a campaign covers and what is at stake, asks, and proposes it. @throws UsageError, RekeyError */
export async function startCampaign (api: RekeyClient, scopes: readonly string[], flags: StartFlags, session: Session): Promise<Said> {
  const request = requestFrom(scopes, flags)
  const headers = { 'idempotency-key': flags.idempotencyKey ?? randomUUID() }
  // Whoever has made up his mind does not wait until all of a large fleet was looked through.
  if (flags.dryRun === true || (flags.json !== true && flags.yes !== true)) {
    const plan = await api.post('/v1/campaigns', { body: { ...request, dryRun: true }, headers }) as CampaignDryRun
    if (flags.dryRun === true) return { out: flags.json === true ? asJson(plan) : inLines(pageOfDryRun(plan, 'each target')), notes: ['nothing was proposed'] }
    session.err(inLines(pageOfDryRun(plan, 'what is at stake')))
  }
  if (flags.yes !== true && await typed(`Propose that all of it is ${flags.lockdown === true ? 'locked down, without a replacement' : 'revoked'}? Type yes: `, session) !== 'yes') return declined('nothing was proposed')
  const campaign = await api.post('/v1/campaigns', { body: request, headers }) as CampaignProposed
  const proposed = flags.json === true ? asJson(campaign) : inLines(proposedPage(campaign))
  if (flags.wait !== true) return { out: proposed, notes: [] }
  session.err(proposed)
  return await watchCampaign(api, campaign, flags, session)
}

function requestFrom (scopes: readonly string[], { reason, kind, burned, deadline, breakerPercent, waitSeconds, endSessions, lockdown, keepTokens, ...scope }: StartFlags) {
  if (scope.all === true && kind !== undefined) throw new UsageError('--all and --kind contradict each other: name the zones instead')
  if (deadline !== undefined && Number.isNaN(Date.parse(deadline))) throw new UsageError('--deadline takes a time, as 2026-03-01T12:00:00Z')
  return {
    kind: 'revoke-all' as const,
    scope: { ...scopeFrom(scopes, scope, { narrows: kind !== undefined || burned !== undefined, how: ', --kind or --burned' }), ...kind !== undefined && { kinds: [...new Set(kind)] } },
    reason: reasonFrom(reason),
    ...burned !== undefined && { burned: [...new Set(burned)] },
    ...deadline !== undefined && { deadline: new Date(deadline).toISOString() },
    ...breakerPercent !== undefined && { breakerPercent },
    ...waitSeconds !== undefined && { waitSeconds },
    ...endSessions === true && { endsSessions: true },
    ...lockdown === true && { lockdown: true },
    ...keepTokens === true && { endsTokens: false }
  }
}

function proposedPage ({ id, zones }: CampaignProposed): string[] {
  return [
    `Proposed: campaign ${id}. It starts in each zone once people have approved, each with a Vault login of his own:`,
    ...approvalLines(zones),
    `Follow it: rekey campaign watch ${id}`
  ]
}
