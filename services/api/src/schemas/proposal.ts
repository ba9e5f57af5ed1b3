import { Type } from 'typebox'
import { campaignActions } from '@rekey/domain'
import { Account, closed, Fingerprint, Host, list, nullable, pageOfSchema, pageQuery, Reason, Timestamp, Zone } from './fields.ts'
import { exampleGrantProposal, GrantProposalView } from './grant.ts'
import { Address, exampleHostKey, HostKey, Port, Via } from './host.ts'
import { shownScope } from './order.ts'
import { exampleProposal, ExpiresInSeconds, proposed } from './proposed.ts'

export const NewRedirect = Type.Object({
  address: Type.Optional(Address),
  port: Type.Optional(Port),
  via: Type.Optional(nullable(Via)),
  hostKeys: Type.Optional(Type.Array(HostKey, { minItems: 1, maxItems: 16, description: '1 to 16 host keys, in place of all that are pinned' })),
  reason: Reason,
  expiresInSeconds: ExpiresInSeconds
}, {
  ...closed,
  description: 'What is to change, and why; the rest stays. `via: null` ends the way through a jump host.',
  examples: [
    { address: '10.20.0.9', reason: 'moved to the new rack' },
    { hostKeys: [exampleHostKey], reason: 'reinstalled on purpose, key read at the console' }
  ]
})

const EndpointView = Type.Object({
  address: Type.String(),
  port: Type.Integer(),
  via: nullable(Type.String()),
  hostKeys: list(Type.String(), { description: 'Pinned, `type base64`; empty: those that were shown first stay' })
}, closed)

export const NewLeave = Type.Object({
  reason: Reason,
  signOff: Type.Optional(Type.Boolean({ description: 'true signs off the secrets that are not proven dead now (`unproven`), because the host is gone for good; they are listed in the proposal. Left out, they have to be proven first' })),
  expiresInSeconds: ExpiresInSeconds
}, {
  ...closed,
  description: 'Why it leaves',
  examples: [{ reason: 'decommissioned' }, { reason: 'its disks burned', signOff: true }]
})

export const NewClearing = Type.Object({
  reason: Reason,
  expiresInSeconds: ExpiresInSeconds
}, {
  ...closed,
  description: 'Why the hold can be cleared. It is about the hold as it stands now: one that comes later has to be proposed anew',
  examples: [{ reason: 'the account\'s key is back in place' }]
})

export const NewRemoval = Type.Object({
  account: Account,
  fingerprint: Type.String({ pattern: '^SHA256:[A-Za-z0-9+/]{43}$', description: 'the fingerprint of a key as `ssh-keygen -l` prints it' }),
  reason: Reason,
  expiresInSeconds: ExpiresInSeconds
}, {
  ...closed,
  description: 'Which key of which account, as a survey has found it, and why it goes',
  examples: [{ account: 'deploy', fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM', reason: 'nobody knows whose it is' }]
})

const exampleRedirect = {
  kind: 'redirect',
  ...exampleProposal,
  host: 'web-1',
  from: { address: '10.20.0.7', port: 22, via: null, hostKeys: [exampleHostKey] },
  to: { address: '10.20.0.9', port: 22, via: null, hostKeys: [exampleHostKey] }
}

const exampleClearing = { kind: 'clearing', ...exampleProposal, host: 'web-1', reason: 'the account\'s key is back in place', credential: 'deploy/ssh-key', hold: { class: 'locked-out', since: '2026-03-01T09:00:00.000Z' }, detail: 'None of the recorded keys that were tried opens the account any more.' }

const exampleRemoval = { kind: 'removal', ...exampleProposal, host: 'web-1', reason: 'nobody knows whose it is', account: 'deploy', fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM', refused: null }

const exampleLeave = { kind: 'leave', ...exampleProposal, host: 'web-1', reason: 'decommissioned', credential: null, signOff: [], unproven: [], neededBy: [] }

export const RedirectView = Type.Object({
  kind: Type.Literal('redirect'),
  ...proposed,
  host: Type.String(),
  from: EndpointView,
  to: EndpointView
}, { ...closed, description: 'A proposal that a host is to be found elsewhere, or by other keys', examples: [exampleRedirect] })

export const LeaveView = Type.Object({
  kind: Type.Literal('leave'),
  ...proposed,
  host: Type.String(),
  credential: nullable(Type.String({ description: '`account/name` of the credential that leaves; null: the host with all of them' })),
  signOff: list(Fingerprint, { description: 'Secrets that need not be proven dead any more' }),
  unproven: list(Fingerprint, { description: 'Those that are not proven dead now, signed off or not: with one that is not signed off, it does not leave' }),
  neededBy: list(Type.String(), { description: 'What stays and is reached, changed or recovered through it: `zone/host` or `zone/host/account/name`. It has to leave first' })
}, { ...closed, description: 'A proposal that a host or a credential leaves', examples: [exampleLeave] })

export const ClearingView = Type.Object({
  kind: Type.Literal('clearing'),
  ...proposed,
  host: Type.String(),
  credential: Type.String({ description: '`account/name` of the credential whose hold is to be cleared' }),
  hold: Type.Object({ class: Type.String(), since: Timestamp }, { ...closed, description: 'The very hold' }),
  detail: nullable(Type.String({ description: 'What a person needs to know to decide; null once it is not that hold any more' }))
}, { ...closed, description: 'A proposal that a hold is cleared', examples: [exampleClearing] })

export const RemovalView = Type.Object({
  kind: Type.Literal('removal'),
  ...proposed,
  host: Type.String(),
  account: Type.String(),
  fingerprint: Fingerprint,
  refused: nullable(Type.String({ description: 'Why it was not carried out, and will not be: its status is `void` then' }))
}, { ...closed, description: 'A proposal that a key which nobody manages is taken out of an account\'s files', examples: [exampleRemoval] })

const exampleId = '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b'
const exampleCampaign = {
  kind: 'campaign',
  ...exampleProposal,
  reason: 'a laptop with keys was stolen',
  campaign: exampleId,
  asked: '{"scope":{"all":true}}',
  scope: {},
  after: ['backup'],
  waitSeconds: 300,
  breakerPercent: 30,
  endsTokens: true,
  endsSessions: false,
  lockdown: false,
  deadline: null
}
const exampleSteering = { kind: 'steering', ...exampleProposal, reason: 'the canary looks odd', campaign: exampleId, action: 'pause', lockdown: false }

export const CampaignProposalView = Type.Object({
  kind: Type.Literal('campaign'),
  ...proposed,
  campaign: Type.String(),
  asked: Type.String({ description: 'The request, as JSON' }),
  scope: shownScope,
  after: list(Type.String(), { description: 'Zones that begin before this one' }),
  waitSeconds: Type.Integer({ description: 'How long the zone waits for them' }),
  breakerPercent: Type.Integer(),
  endsTokens: Type.Boolean(),
  endsSessions: Type.Boolean({ description: 'Whether live logins end, too' }),
  lockdown: Type.Boolean({ description: 'Whether access is stripped without a replacement: by nobody\'s word alone' }),
  deadline: nullable(Timestamp)
}, { ...closed, description: 'A proposal that a campaign starts in a zone', examples: [exampleCampaign] })

export const SteeringView = Type.Object({
  kind: Type.Literal('steering'),
  ...proposed,
  campaign: Type.String(),
  action: Type.Enum([...campaignActions]),
  lockdown: Type.Boolean({ description: 'Whether it is of a lockdown: it goes on by nobody\'s word alone' })
}, { ...closed, description: 'A proposal that a campaign pauses, goes on or stops in a zone', examples: [exampleSteering] })

export const ProposalView = Type.Union([RedirectView, LeaveView, ClearingView, RemovalView, CampaignProposalView, SteeringView, GrantProposalView], { description: 'A proposal, by its `kind`. Further kinds will come', examples: [exampleRedirect, exampleLeave, exampleClearing, exampleRemoval, exampleCampaign, exampleSteering, exampleGrantProposal] })

export const ProposalParams = Type.Object({
  zone: Zone,
  number: Type.String({ pattern: '^[1-9][0-9]{0,14}$', description: 'the number of a proposal', examples: ['7'] })
}, closed)
export const ProposalQuery = Type.Object({ zone: Type.Optional(Zone), host: Type.Optional(Host), ...pageQuery }, closed)
export const ProposalPage = pageOfSchema(ProposalView, exampleRedirect, 'Proposals by zone, the newest first')
