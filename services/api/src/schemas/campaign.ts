import { Type } from 'typebox'
import { campaignActions, credentialKinds, spareReasons, uuidPattern } from '@rekey/domain'
import { campaignHead, campaignZoneHead, exampleHead, exampleZoneHead } from './campaign-head.ts'
import { exampleSessions, LiveSessionsView, LockView, SparedView } from './credential.ts'
import { closed, Fingerprint, list, nullable, pageOfSchema, pageQuery, Reason, Timestamp, Zone } from './fields.ts'
import { Counts, exampleOrderView, ScopeSchema, TargetView } from './order.ts'
import { ExpiresInSeconds } from './proposed.ts'

const Kinds = Type.Array(Type.Enum([...credentialKinds], { description: `one of ${credentialKinds.join(', ')}` }), { minItems: 1, uniqueItems: true, description: `kinds of credentials, each once: of ${credentialKinds.join(', ')}` })

const CampaignScope = Type.Object({ ...ScopeSchema.properties, kinds: Type.Optional(Kinds) }, {
  ...closed,
  description: 'What to revoke. What is left out restricts nothing; within a list one match is enough. An empty scope is refused unless it says `all: true`, or `burned` says what is meant.'
})

const CampaignId = Type.String({ pattern: uuidPattern, description: 'the id of a campaign: a UUID in lower case', examples: ['0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b'] })

export const NewCampaign = Type.Object({
  kind: Type.Literal('revoke-all', { description: '`revoke-all`' }),
  scope: CampaignScope,
  burned: Type.Optional(Type.Array(Type.String({ maxLength: 16_384, pattern: '^((HMAC-)?SHA256:[A-Za-z0-9+/=]{1,128}|[a-z0-9@.-]{1,64} [A-Za-z0-9+/=]{1,16000}( [ -~]{0,255})?)$', description: 'a fingerprint, `SHA256:…` or `HMAC-SHA256:…`, or a public key' }), { minItems: 1, maxItems: 1000, uniqueItems: true, description: '1 to 1000 secrets that somebody else has: each place that one of them opens is covered besides the scope, or alone where the scope says nothing' })),
  reason: Reason,
  dryRun: Type.Optional(Type.Boolean({ description: 'true only tells what would happen' })),
  deadline: Type.Optional(Type.String({ format: 'date-time', description: 'ISO 8601: by when all should be proven', examples: ['2026-03-01T12:00:00Z'] })),
  endsTokens: Type.Optional(Type.Boolean({ description: 'whether the tokens of the API end that were made before it. Left out: when all of a zone is revoked' })),
  endsSessions: Type.Optional(Type.Boolean({ description: 'whether live logins of the accounts end once their new secrets are in place, but for Rekey\'s own. Left out: they are counted only' })),
  lockdown: Type.Optional(Type.Boolean({ description: 'true strips access without a replacement, and ends live logins, where the host\'s recovery credential leads back; everything else is replaced. It takes two people, always. Left out: everything is replaced' })),
  breakerPercent: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'a whole number from 1 to 100: no further wave begins when more of the hosts that were tried have failed; 30 when it is left out' })),
  waitSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400, description: 'from 0 to 86400: how long a zone waits for those of a lower rank; 300 when it is left out' })),
  expiresInSeconds: ExpiresInSeconds
}, {
  ...closed,
  description: 'Revoke every secret in the scope, without grace',
  examples: [
    { kind: 'revoke-all', scope: { all: true }, reason: 'somebody holds our credentials' },
    { kind: 'revoke-all', scope: {}, burned: ['SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM'], reason: 'a key was found in a public repository', dryRun: true },
    { kind: 'revoke-all', scope: { zones: ['production'] }, lockdown: true, reason: 'somebody is in there, and nobody else is to be' }
  ]
})

const exampleZone = {
  ...exampleZoneHead,
  order: 12,
  status: 'done',
  approvals: [{ entity: '6b0c9a5e-0d1f-4b58-8a55-1d0c7f1a2b3c', by: 'userpass-ada', at: '2026-03-01T09:31:00.000Z' }],
  startedAt: '2026-03-01T09:31:02.000Z',
  breakGlass: null,
  breaker: null,
  steerings: [],
  counts: { total: 1, settled: 1, locked: 0, pending: 0, grace: 0, debt: 0, held: 0, observed: 0, left: 0 },
  stillUsable: 0
}

const statuses = ['proposed', 'approved', 'expired', 'waiting', 'waves', 'all-hosts', 'halted', 'paused', 'stopped', 'done'] as const

const StillUsable = Type.Integer({ minimum: 0, description: 'Targets where an old secret is not proven dead: what an attacker may still open' })

export const CampaignZoneView = Type.Object({
  ...campaignZoneHead,
  order: nullable(Type.Integer({ minimum: 1, description: 'Its order; null before it has started' })),
  status: Type.Enum([...statuses], { description: '`approved`: the worker starts it within seconds. `waiting`: for zones of a lower rank. `waves`, `all-hosts`: how many hosts are reached. `halted`: the breaker has stopped the waves. `done`: each target is proven, locked, observed or has left' }),
  approvals: list(Type.Object({ entity: Type.String(), by: Type.String(), at: Timestamp, breakGlass: Type.Optional(Type.String()) }, closed)),
  startedAt: nullable(Timestamp),
  breakGlass: nullable(Type.String({ description: 'Why one person alone has started it' })),
  breaker: nullable(Type.Object({ at: Timestamp, reason: Type.String() }, closed)),
  steerings: list(Type.Object({ proposal: Type.Integer(), action: Type.Enum([...campaignActions]), reason: Type.String(), proposedBy: Type.String(), proposedAt: Timestamp, expiresAt: Timestamp, isOpen: Type.Boolean({ description: 'Whether people can still approve it' }), approveWith: Type.String() }, closed), { description: 'What was proposed to steer it, approved or not' }),
  counts: Counts,
  stillUsable: StillUsable
}, closed)

const Seconds = nullable(Type.Number({ minimum: 0 }))

const summary = {
  ...campaignHead,
  isOverdue: Type.Boolean({ description: 'Whether its deadline has passed and it is not done' }),
  done: Type.Boolean(),
  counts: Counts,
  stillUsable: StillUsable,
  refused: Type.Object({ firstSeconds: Seconds, halfSeconds: Seconds, allSeconds: Seconds }, { ...closed, description: 'From the first start, until the first, half and all of the targets were proven to refuse what had opened them' }),
  zones: list(CampaignZoneView)
}

export const exampleSummary = {
  ...exampleHead,
  isOverdue: false,
  done: true,
  counts: exampleZone.counts,
  stillUsable: 0,
  refused: { firstSeconds: 2.1, halfSeconds: 2.1, allSeconds: 2.1 },
  zones: [exampleZone]
}

function accessEnded (description: string) {
  return Type.Object({ grants: Type.Integer({ minimum: 0 }), leases: Type.Integer({ minimum: 0 }), requests: Type.Integer({ minimum: 0 }) }, { ...closed, description })
}

export const AccessEnded = accessEnded('Grants, and leases and requests for leases that were live when it began, that its orders have ended; a grant that people have given anew since counts no more')

export const CampaignSummary = Type.Object(summary, { ...closed, description: 'A campaign, and how far it is', examples: [exampleSummary] })
export const CampaignPage = pageOfSchema(CampaignSummary, exampleSummary, 'Campaigns, the newest first')

export const CampaignTargetView = Type.Object({ ...TargetView.properties, refusedAt: nullable(Timestamp), sessions: nullable(LiveSessionsView), lock: nullable(LockView), spared: nullable(SparedView) }, closed)

export const exampleCampaign = { ...exampleSummary, ended: { grants: 1, leases: 1, requests: 0 }, targets: exampleOrderView.targets.map(target => ({ ...target, refusedAt: '2026-03-01T09:31:04.100Z', sessions: exampleSessions, lock: null, spared: null })), next: null }

export const CampaignView = Type.Object({
  ...summary,
  ended: AccessEnded,
  targets: list(CampaignTargetView, { description: 'One page of them, by name; `refusedAt` is when the old secret was proven dead, `sessions` who was logged in then' }),
  next: nullable(Type.String({ description: 'Hand it back as `cursor` for more targets' }))
}, {
  ...closed,
  description: 'A campaign, how far it is, and the state of each target',
  examples: [exampleCampaign]
})

export const CampaignDryRun = Type.Object({
  dryRun: Type.Literal(true),
  zones: list(Type.Object({
    zone: Type.String(),
    after: list(Type.String()),
    approvalsNeeded: Type.Integer({ minimum: 1 }),
    estimatedSeconds: nullable(Type.Integer({ description: 'By what rotations have taken here so far, with 16 at the same time; null where none was measured' })),
    ended: accessEnded('Grants, live leases, and requests for leases that wait for a person or to be fetched, that its order ends before anything is rotated'),
    targets: list(Type.Object({
      credential: Type.String({ description: '`zone/host/account/name`' }),
      fingerprint: nullable(Fingerprint),
      isBurned: Type.Boolean(),
      isObserved: Type.Boolean({ description: 'Nothing of it is changed until it is released' }),
      hold: nullable(Type.String({ description: 'Its class: nothing is changed until a person clears it' })),
      lastProvenAt: nullable(Timestamp),
      unreachableSince: nullable(Timestamp),
      isOnlyWayIn: Type.Boolean({ description: 'Nothing else that is managed opens the account, and the host has no recovery credential' }),
      isLocked: Type.Boolean({ description: 'Whether it is stripped, and not replaced: in a lockdown only' }),
      spared: nullable(Type.Enum([...spareReasons], { description: 'Why a lockdown has it replaced instead: it is what leads back to the host, others are reached or changed through it, it is the password by which one of these becomes root, or the host has no recovery credential, so that nothing would lead back' }))
    }, closed), { description: 'In the order in which they come' })
  }, closed), { description: 'In the order in which they begin' }),
  burned: list(Type.Object({ fingerprint: Fingerprint, places: list(Type.String()) }, closed), { description: 'Where each burned secret opens' })
}, {
  ...closed,
  description: 'What would happen; nothing was created',
  examples: [{
    dryRun: true,
    zones: [{ zone: 'production', after: [], approvalsNeeded: 2, estimatedSeconds: 3, ended: { grants: 1, leases: 1, requests: 0 }, targets: [{ credential: 'production/web-1/deploy/ssh-key', fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM', isBurned: true, isObserved: false, hold: null, lastProvenAt: '2026-02-01T09:30:00.000Z', unreachableSince: null, isOnlyWayIn: true, isLocked: false, spared: null }] }],
    burned: [{ fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM', places: ['production/web-1/deploy/ssh-key'] }]
  }]
})

export const NewSteering = Type.Object({
  action: Type.Enum([...campaignActions], { description: `one of ${campaignActions.join(', ')}` }),
  reason: Reason,
  expiresInSeconds: ExpiresInSeconds
}, { ...closed, description: 'What people are to approve of', examples: [{ action: 'pause', reason: 'the canary looks odd' }] })

export const CampaignParams = Type.Object({ id: CampaignId }, closed)
export const CampaignQuery = Type.Object({ zone: Type.Optional(Zone), ...pageQuery }, closed)
