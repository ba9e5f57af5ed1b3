import { campaignActions, uuidPattern } from '@rekey/domain'
import type { CampaignRun } from '@rekey/domain'
import { Type } from 'typebox'
import { checkPlace, plainCodec } from './codec.ts'
import { CampaignId, Count, exactly, Instant, nullable, Ordinal, Text } from './shapes.ts'

const RunShape = exactly({
  campaign: CampaignId,
  proposal: Ordinal,
  order: Ordinal,
  startedAt: Instant,
  approvedBy: Text,
  breakGlass: nullable(Text),
  endsTokens: Type.Boolean(),
  endsSessions: Type.Optional(Type.Literal(true)),
  lockdown: Type.Optional(exactly({ passed: Type.Array(Text) })),
  state: Type.Enum(['running', 'paused', 'stopped']),
  steering: Count,
  steeredAlone: Type.Optional(Type.Array(exactly({ proposal: Ordinal, action: Type.Enum([...campaignActions]), at: Instant, reason: Text }))),
  through: Type.String({ pattern: '^([0-9a-f-]{0,40}|~)$' }),
  waveAt: Instant,
  breaker: nullable(exactly({ at: Instant, reason: Text })),
  isBreakerOff: Type.Boolean()
})

const run = plainCodec<CampaignRun, typeof RunShape>(RunShape)

const isId = new RegExp(uuidPattern)

/** Where the zone's worker keeps how far a campaign has come; without one, the folder of all. */
export function campaignPath (campaign?: string): string[] {
  return ['campaigns', ...campaign === undefined ? [] : [campaign]]
}

/** Where the API says that it is the zone's turn. */
export function turnPath (campaign: string): string[] {
  return ['turns', campaign]
}

/** The ids among the names of a folder. */
export function campaignIds (names: readonly string[]): string[] {
  return names.filter((name) => isId.test(name))
}

export function encodeRun (value: CampaignRun): object {
  return run.encode(value, campaignPath(value.campaign))
}

export function decodeRun (raw: unknown, campaign: string): CampaignRun {
  const path = campaignPath(campaign)
  const value = run.decode(raw, path)
  checkPlace('campaign', value.campaign, campaign, path)
  return value
}
