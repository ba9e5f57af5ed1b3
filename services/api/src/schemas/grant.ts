import { Type } from 'typebox'
import { leaseStatuses, longestLeaseSeconds, requestStatuses, riskyContexts, rotateAfters, verdicts } from '@rekey/domain'
import { closed, list, nameField, nullable, pageOfSchema, pageQuery, Reason, Timestamp, Zone } from './fields.ts'
import { Selector } from './policy.ts'
import { ExpiresInSeconds, proposed, exampleProposal } from './proposed.ts'

export const GrantName = nameField('grant', 'deploy-shop')

/** What shows nothing, or breaks the line, is in no claim that a person could approve of. */
const line = '^[\\u0021-\\u007e]([\\u0020-\\u007e]{0,298}[\\u0021-\\u007e])?$'

const Claims = Type.Record(Type.String(), Type.Union([Type.String({ pattern: line, minLength: 1, maxLength: 300 }), Type.Number(), Type.Boolean()]), {
  minProperties: 1,
  maxProperties: 32,
  propertyNames: { pattern: '^[A-Za-z0-9_.:/-]{1,100}$', description: 'a claim\'s name: 1 to 100 letters, digits and _ . : / -' },
  description: '1 to 32 claims that the token must have, each of just this type and value, and of `groups` one of the token\'s list; one at least says whose token it is',
  examples: [{ repository_id: '4711', ref: 'refs/heads/main' }]
})

const terms = {
  issuer: Type.String({ pattern: '^https://[!-~]{1,290}$', description: 'the token\'s `iss`, an https address' }),
  audience: Type.String({ pattern: line, minLength: 1, maxLength: 300, description: 'the token\'s `aud`: 1 to 300 visible ASCII characters' }),
  claims: Claims,
  subjectWildcard: Type.Boolean({ description: 'true: `*` in the claim `sub` stands for any characters but a colon' }),
  allow: Type.Array(Type.Enum([...riskyContexts]), { uniqueItems: true, description: `of ${riskyContexts.join(', ')}, each once: runs on code that nobody has merged, which are refused unless they are named` }),
  selector: Selector,
  maxTtlSeconds: Type.Integer({ minimum: 1, maximum: longestLeaseSeconds, description: `a whole number from 1 to ${longestLeaseSeconds}: how long a lease lasts at most, renewals included` }),
  maxUses: nullable(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'a whole number from 1 to 1000000: how many leases there may be in all' })),
  rotateAfter: Type.Enum([...rotateAfters], { description: `one of ${rotateAfters.join(', ')}: when the last lease on a secret ends; the same, with one lease at a time; or by orders and schedules only` }),
  approval: Type.Boolean({ description: 'true: a person has to approve of each lease' }),
  notBefore: nullable(Timestamp),
  notAfter: nullable(Timestamp)
}

const exampleTerms = {
  issuer: 'https://token.actions.githubusercontent.com',
  audience: 'rekey-production',
  claims: { repository_id: '4711', ref: 'refs/heads/main' },
  selector: { hosts: ['web-1'], names: ['ssh-key'] },
  maxTtlSeconds: 900,
  rotateAfter: 'lease'
}

const { subjectWildcard, allow, maxUses, approval, notBefore, notAfter, ...demanded } = terms

export const NewGrant = Type.Object({
  ...demanded,
  subjectWildcard: Type.Optional(subjectWildcard),
  allow: Type.Optional(allow),
  maxUses: Type.Optional(maxUses),
  approval: Type.Optional(approval),
  notBefore: Type.Optional(notBefore),
  notAfter: Type.Optional(notAfter),
  reason: Reason,
  expiresInSeconds: ExpiresInSeconds
}, { ...closed, description: 'Who may lease what, and how long', examples: [{ ...exampleTerms, reason: 'the shop deploys by itself' }] })

const wholeTerms = { ...exampleTerms, subjectWildcard: false, allow: [], maxUses: null, approval: false, notBefore: null, notAfter: null }

export const exampleGrantProposal = { kind: 'grant', ...exampleProposal, reason: 'the shop deploys by itself', name: 'deploy-shop', terms: wholeTerms }

export const GrantProposalView = Type.Object({
  kind: Type.Literal('grant'),
  ...proposed,
  name: Type.String(),
  terms: Type.Object(terms, closed)
}, { ...closed, description: 'A proposal that jobs of a CI may lease credentials', examples: [exampleGrantProposal] })

const exampleGrant = { zone: 'production', name: 'deploy-shop', status: 'live', ...wholeTerms, proposal: 9, grantedBy: 'ada (0b1c)', grantedAt: '2026-03-01T09:40:00.000Z', reason: 'the shop deploys by itself' }

export const GrantView = Type.Object({
  zone: Type.String(),
  name: Type.String(),
  status: Type.Enum(['live', 'early', 'over', 'ended', 'revoked'], { description: '`early` and `over`: not within its time. `ended`: an operator has ended it. `revoked`: a campaign has' }),
  ...terms,
  proposal: Type.Integer({ description: 'The number of the proposal that made it what it is' }),
  grantedBy: Type.String({ description: 'Who has approved' }),
  grantedAt: Timestamp,
  reason: Type.String()
}, { ...closed, description: 'A grant', examples: [exampleGrant] })

export const NewExplanation = Type.Object({
  claims: Type.Record(Type.String(), Type.Unknown(), { maxProperties: 100, description: 'the claims of a token, at most 100. Send no token: whoever has one can use it' })
}, { ...closed, description: 'What a token says', examples: [{ claims: { iss: 'https://token.actions.githubusercontent.com', aud: 'rekey-production', sub: 'repo:acme/shop:ref:refs/heads/main', repository_id: '4711', ref: 'refs/heads/main' } }] })

export const Explanation = Type.Object({
  matches: Type.Boolean({ description: 'Whether it may use the grant, if its signature holds and it was not used before' }),
  mismatches: list(Type.Object({ claim: Type.String({ description: 'A claim, or `now`' }), says: Type.String() }, closed))
}, { ...closed, description: 'Why it may use the grant, or not', examples: [{ matches: false, mismatches: [{ claim: 'ref', says: 'the grant demands "refs/heads/main", and the token has "refs/heads/topic"' }] }] })

export const GrantParams = Type.Object({ zone: Zone, name: GrantName }, closed)
export const GrantQuery = Type.Object({ zone: Type.Optional(Zone), ...pageQuery }, closed)
export const GrantPage = pageOfSchema(GrantView, exampleGrant, 'Grants by zone and name')

const exampleLease = {
  zone: 'production',
  id: '0mmq1k2ab-5f1b6c1e7d3e4a7d9f0a0d6c',
  status: 'live',
  grant: 'deploy-shop',
  credentials: ['production/web-1/deploy/ssh-key'],
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'repo:acme/shop:ref:refs/heads/main',
  reason: 'deploy 1.4.2',
  rotateAfter: 'lease',
  takenAt: '2026-03-01T09:45:00.000Z',
  endsAt: '2026-03-01T10:00:00.000Z',
  returnedAt: null
}

export const LeaseView = Type.Object({
  zone: Type.String(),
  id: Type.String(),
  status: Type.Enum([...leaseStatuses], { description: '`revoked`: a campaign has ended it before its time' }),
  grant: Type.String(),
  credentials: list(Type.String(), { description: '`zone/host/account/name`' }),
  issuer: Type.String({ description: 'Of the token that took it' }),
  subject: Type.String(),
  reason: Type.String(),
  rotateAfter: terms.rotateAfter,
  takenAt: Timestamp,
  endsAt: Timestamp,
  returnedAt: nullable(Timestamp)
}, { ...closed, description: 'A lease: who has which secrets, and until when. The secrets are not in it', examples: [exampleLease] })

export const LeaseQuery = Type.Object({
  zone: Type.Optional(Zone),
  status: Type.Optional(Type.Enum([...leaseStatuses], { description: `one of ${leaseStatuses.join(', ')}` })),
  ...pageQuery
}, closed)
export const LeasePage = pageOfSchema(LeaseView, exampleLease, 'Leases by zone and by when they were taken')

const exampleRequest = {
  zone: 'production',
  id: '0mmq1k2ac-8c4e1d7b2a9f4c6e8b1d3f5a',
  status: 'pending',
  grant: 'deploy-shop',
  proposal: 9,
  credentials: ['production/web-1/deploy/ssh-key'],
  ttlSeconds: 300,
  reason: 'deploy 1.4.2',
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'repo:acme/shop:ref:refs/heads/main',
  claims: { ref: '"refs/heads/main"', repository_id: '"4711"', run_id: '"8123"' },
  askedAt: '2026-03-01T09:45:00.000Z',
  expiresAt: '2026-03-01T10:45:00.000Z',
  digest: '5b4b0f3f2a6f2d3c7c1d2e8a9b0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f3f1c5c',
  words: [],
  approveWith: 'rekey approve production/0mmq1k2ac-8c4e1d7b2a9f4c6e8b1d3f5a'
}

export const LeaseRequestView = Type.Object({
  zone: Type.String(),
  id: Type.String({ description: 'The lease that comes of it has the same' }),
  status: Type.Enum([...requestStatuses], { description: '`taken`: the lease was handed out. `void`: the grant is another one by now, or has ended, or a campaign has ended the request' }),
  grant: Type.String(),
  proposal: Type.Integer({ description: 'The number of the proposal that made the grant what it was then' }),
  credentials: list(Type.String(), { description: '`zone/host/account/name`' }),
  ttlSeconds: nullable(Type.Integer({ description: 'Null: as long as the grant allows' })),
  reason: Type.String(),
  issuer: Type.String({ description: 'Of the token that asks' }),
  subject: Type.String(),
  claims: Type.Record(Type.String(), Type.String(), { description: 'What else the token says of who asks, each as JSON' }),
  askedAt: Timestamp,
  expiresAt: Timestamp,
  digest: Type.String({ description: 'Hex SHA-256 of all that is shown to whoever approves' }),
  words: list(Type.Object({ entity: Type.String({ description: 'The Vault entity whose word it is' }), by: Type.String(), verdict: Type.Enum([...verdicts]), reason: nullable(Type.String()), at: Timestamp }, closed), { description: 'Those that count' }),
  approveWith: Type.String({ description: 'What another person runs, with a Vault login of his own' })
}, { ...closed, description: 'That somebody asks for a lease which a person has to approve', examples: [exampleRequest] })

export const LeaseRequestQuery = Type.Object({
  zone: Type.Optional(Zone),
  status: Type.Optional(Type.Enum([...requestStatuses], { description: `one of ${requestStatuses.join(', ')}` })),
  ...pageQuery
}, closed)
export const LeaseRequestPage = pageOfSchema(LeaseRequestView, exampleRequest, 'Requests for leases by zone and by when they came')
