import { campaignActions } from '@rekey/domain'
import type { Proposal, StoredProposal } from '@rekey/domain'
import { Type } from 'typebox'
import { checkPlace, plainCodec, withDefaults } from './codec.ts'
import { CampaignId, Count, exactly, Fingerprint, HoldShape, Instant, Line, nameOf, nullable, Ordinal, Port, PublicKey, ThroughShape, ViaShape, visible } from './shapes.ts'
import type { Codec } from './codec.ts'
import { TermsShape, termsBefore } from './grant.ts'
import { ScopeShape } from './order.ts'

const EndpointShape = exactly({
  address: Type.String({ pattern: '^[A-Za-z0-9.:_-]{1,255}$' }),
  port: Port,
  via: nullable(ViaShape),
  trust: Type.Union([
    exactly({ mode: Type.Literal('pinned'), keys: Type.Array(PublicKey, { minItems: 1 }) }),
    exactly({ mode: Type.Literal('first-use') })
  ])
})

const proposed = {
  zone: nameOf('zone'),
  number: Ordinal,
  reason: Line,
  proposedBy: Line,
  expiresAt: Instant
}

const RedirectShape = exactly({ kind: Type.Literal('redirect'), ...proposed, host: nameOf('host'), after: Count, from: EndpointShape, to: EndpointShape })

const LeaveShape = exactly({ kind: Type.Literal('leave'), ...proposed, host: nameOf('host'), credential: nullable(ThroughShape), signOff: Type.Array(Fingerprint, { maxItems: 1000 }) })

const ClearingShape = exactly({ kind: Type.Literal('clearing'), ...proposed, host: nameOf('host'), credential: ThroughShape, hold: exactly({ class: HoldShape.properties.class, since: Instant }) })

const RemovalShape = exactly({ kind: Type.Literal('removal'), ...proposed, host: nameOf('host'), account: nameOf('account'), publicKey: PublicKey })

/** Labels have chosen hosts by then. */
const { labels: _, ...scopeWithoutLabels } = ScopeShape.properties

const CampaignShape = exactly({
  kind: Type.Literal('campaign'),
  ...proposed,
  campaign: CampaignId,
  scope: exactly(scopeWithoutLabels),
  asked: Type.String({ maxLength: 65_536, pattern: visible }),
  after: Type.Array(nameOf('zone'), { maxItems: 1000 }),
  waitSeconds: Type.Integer({ minimum: 0, maximum: 86_400 }),
  breakerPercent: Type.Integer({ minimum: 1, maximum: 100 }),
  endsTokens: Type.Boolean(),
  endsSessions: Type.Optional(Type.Literal(true)),
  lockdown: Type.Optional(Type.Literal(true)),
  deadline: nullable(Instant)
})

const GrantProposalShape = exactly({ kind: Type.Literal('grant'), ...proposed, name: nameOf('grant'), after: Count, terms: TermsShape })

const SteeringShape = exactly({ kind: Type.Literal('steering'), ...proposed, campaign: CampaignId, action: Type.Enum([...campaignActions]), lockdown: Type.Optional(Type.Literal(true)) })

type Stored<Kind extends StoredProposal['kind']> = Extract<StoredProposal, { kind: Kind }>

const codecs: { readonly [Kind in StoredProposal['kind']]: Codec<Stored<Kind>> } = {
  redirect: plainCodec<Stored<'redirect'>, typeof RedirectShape>(RedirectShape),
  leave: plainCodec<Stored<'leave'>, typeof LeaveShape>(LeaveShape),
  clearing: plainCodec<Stored<'clearing'>, typeof ClearingShape>(ClearingShape),
  removal: plainCodec<Stored<'removal'>, typeof RemovalShape>(RemovalShape),
  campaign: plainCodec<Stored<'campaign'>, typeof CampaignShape>(CampaignShape),
  steering: plainCodec<Stored<'steering'>, typeof SteeringShape>(SteeringShape),
  grant: plainCodec<Stored<'grant'>, typeof GrantProposalShape>(GrantProposalShape)
}

/** A kind that is none is refused as a redirect would be. */
function codecFor (kind: unknown): Codec<StoredProposal> {
  return typeof kind === 'string' && Object.hasOwn(codecs, kind) ? codecs[kind as StoredProposal['kind']] : codecs.redirect
}

export function proposalPath (number: number): string[] {
  return ['proposals', String(number)]
}

export function encodeProposal (value: StoredProposal): object {
  return codecFor(value.kind).encode(value, proposalPath(value.number))
}

export function decodeProposal ({ data, createdAt }: { data: unknown, createdAt: string }, zone: string, number: number): Proposal {
  const path = proposalPath(number)
  const { kind, terms } = (data ?? {}) as { kind?: unknown, terms?: unknown }
  const value = codecFor(kind).decode(kind === 'grant' ? { ...data as object, terms: withDefaults(terms, termsBefore) } : data, path)
  checkPlace('zone', value.zone, zone, path)
  checkPlace('number', value.number, number, path)
  return { ...value, proposedAt: createdAt }
}
