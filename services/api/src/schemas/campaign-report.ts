import { Type } from 'typebox'
import { AccessEnded, CampaignSummary, exampleSummary } from './campaign.ts'
import { DebtView, exampleCredential, Failure, Hold, LiveSessionsView, LockView, RotationView, SparedView } from './credential.ts'
import { closed, Fingerprint, list, nullable, Timestamp } from './fields.ts'
import { Outcome, shownScope } from './order.ts'

const Terms = Type.Object({
  zone: Type.String(),
  number: Type.Integer({ minimum: 1 }),
  digest: Type.String({ description: 'Of what people were shown, and have approved: the number beside each `rekey approve`' }),
  scope: shownScope,
  after: list(Type.String()),
  waitSeconds: Type.Integer(),
  breakerPercent: Type.Integer(),
  endsTokens: Type.Boolean(),
  endsSessions: Type.Boolean(),
  lockdown: Type.Boolean(),
  deadline: nullable(Timestamp),
  asked: Type.String({ description: 'The request, as JSON' }),
  reason: Type.String(),
  proposedBy: Type.String(),
  proposedAt: Timestamp,
  expiresAt: Timestamp
}, closed)

const Target = Type.Object({
  credential: Type.String({ description: '`zone/host/account/name`' }),
  outcome: Outcome,
  status: Type.String(),
  fingerprint: nullable(Fingerprint),
  refusedAt: nullable(Timestamp),
  proofs: list(RotationView, { description: 'Each rotation since the campaign began, with its proof: what was refused, what was accepted, and when' }),
  debts: list(DebtView, { description: 'Secrets that should be dead there and are not proven dead, with why' }),
  sessions: nullable(LiveSessionsView),
  lock: nullable(LockView),
  spared: nullable(SparedView),
  hold: nullable(Hold),
  lastFailure: nullable(Failure),
  nextAttemptAt: nullable(Timestamp)
}, closed)

export const CampaignReport = Type.Object({
  format: Type.Literal('rekey-campaign-report/1'),
  madeAt: Timestamp,
  madeFor: Type.String({ description: 'Who has asked for it' }),
  campaign: CampaignSummary,
  ended: AccessEnded,
  proposals: list(Terms, { description: 'What people have approved, by zone; who, is in `campaign.zones`' }),
  targets: list(Target, { description: 'All of them, by name' })
}, closed)

export const SignedCampaignReport = Type.Object({
  report: CampaignReport,
  key: Type.String({ description: 'The transit key in Vault that has signed it' }),
  signature: Type.String({ description: '`vault:v<version>:<base64>`, Ed25519 over `rekey-campaign-report`, `1` and the SHA-256 of `report` as JSON with sorted keys, in three lines' })
}, {
  ...closed,
  description: 'What became of a campaign, signed',
  examples: [{
    report: {
      format: 'rekey-campaign-report/1',
      madeAt: '2026-03-01T09:40:00.000Z',
      madeFor: 'ada',
      campaign: exampleSummary,
      ended: { grants: 1, leases: 1, requests: 0 },
      proposals: [{ zone: 'production', number: 7, digest: 'b7e40ff5f34f67e33cac1957df8850a5a9244a728cf1a71920d9173276faf6e8', scope: {}, after: ['backup'], waitSeconds: 300, breakerPercent: 30, endsTokens: true, endsSessions: false, lockdown: false, deadline: null, asked: '{"kind":"revoke-all","scope":{"all":true}}', reason: 'somebody holds our credentials', proposedBy: 'admin', proposedAt: '2026-03-01T09:30:00.000Z', expiresAt: '2026-03-02T09:30:00.000Z' }],
      targets: [{ credential: 'production/web-1/deploy/ssh-key', outcome: 'settled', status: 'settled', fingerprint: exampleCredential.fingerprint, refusedAt: '2026-03-01T09:31:04.100Z', proofs: exampleCredential.rotations, debts: [], sessions: null, lock: null, spared: null, hold: null, lastFailure: null, nextAttemptAt: null }]
    },
    key: 'rekey-audit',
    signature: 'vault:v1:MEUCIQDf3v9mPz5m1x8c0QpTn7uZ2w=='
  }]
})
