import { isRekeyError, RekeyError } from '@rekey/domain'
import type { ApiClient, Stack } from '@rekey/local'
import { approveAs, peopleOf } from './people.ts'

/** What the drill reads of a campaign. */
export interface CampaignView {
  readonly id: string
  readonly done: boolean
  readonly stillUsable: number
  readonly counts: Readonly<Record<string, number>>
  readonly refused: { readonly firstSeconds: number | null, readonly halfSeconds: number | null, readonly allSeconds: number | null }
  readonly zones: ReadonlyArray<{
    readonly zone: string
    readonly proposal: number
    readonly status: string
    readonly startedAt: string | null
    readonly breaker: { readonly reason: string } | null
    readonly steerings: ReadonlyArray<{ readonly proposal: number, readonly action: string }>
  }>
  readonly targets: ReadonlyArray<{ readonly host: string, readonly account: string, readonly outcome: string, readonly lastFailure: { readonly class: string } | null }>
}

/** A campaign that waits for people. */
export interface Proposed {
  readonly id: string
  readonly zones: ReadonlyArray<{ readonly zone: string, readonly proposal: number }>
}

/** Proposes that everything is revoked. */
export async function proposeRevokeAll (api: ApiClient, reason: string): Promise<Proposed> {
  return await api.must<Proposed>('POST', '/v1/campaigns', { kind: 'revoke-all', scope: { all: true }, reason }, { 'idempotency-key': `drill-${Date.now()}` })
}

/** Two people of each zone approve; the zones at the same time. @returns when the first zone was through, in milliseconds since 1970, and who they were */
export async function approveAll (stack: Stack, proposals: ReadonlyArray<{ readonly zone: string, readonly proposal: number }>): Promise<{ at: number, people: string[] }> {
  const zones = await Promise.all(proposals.map(async ({ zone, proposal }) => {
    const people = peopleOf(stack, zone)
    for (const person of people) await approveAs(person, stack, zone, proposal)
    return { people: people.map(({ username }) => username), at: Date.now() }
  }))
  return { at: Math.min(...zones.map(({ at }) => at)), people: zones.flatMap(({ people }) => people) }
}

/** How far it is; undefined while the API, or what it stands on, is away. @throws RekeyError `input/invalid` when the API answers something else */
export async function lookAt (api: ApiClient, id: string): Promise<CampaignView | undefined> {
  try {
    const { status, body } = await api.call<CampaignView>('GET', `/v1/campaigns/${id}?limit=1`)
    if (status === 200) return body
    if (status >= 500) return undefined
    throw new RekeyError('input/invalid', `the API answers ${status} when it is asked for campaign ${id}`)
  } catch (error) {
    if (isRekeyError(error, 'api/unavailable')) return undefined
    throw error
  }
}

/** Has the campaign go on in zones where its breaker has stopped it: two people look and approve. @returns the zones */
export async function resumeHalted (api: ApiClient, stack: Stack, { id, zones }: CampaignView): Promise<string[]> {
  const halted = zones.filter(({ status }) => status === 'halted').map(({ zone }) => zone)
  if (halted.length === 0) return []
  const view = await api.must<CampaignView>('POST', `/v1/campaigns/${id}/steerings`, { action: 'resume', reason: 'drill: the hosts that fail are those that misbehave' })
  const proposals = view.zones.filter(({ zone }) => halted.includes(zone)).flatMap(({ zone, steerings }) => {
    return steerings.length === 0 ? [] : [{ zone, proposal: Math.max(...steerings.map(({ proposal }) => proposal)) }]
  })
  await approveAll(stack, proposals)
  return halted
}
