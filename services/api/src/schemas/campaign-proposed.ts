import { Type } from 'typebox'
import { campaignHead, campaignZoneHead, exampleHead, exampleZoneHead } from './campaign-head.ts'
import { closed, list, Timestamp } from './fields.ts'

export const CampaignProposed = Type.Object({
  ...campaignHead,
  zones: list(Type.Object({ ...campaignZoneHead, expiresAt: Timestamp }, closed))
}, {
  ...closed,
  description: 'A campaign that was proposed. What it covers is not looked at for that: `dryRun`, or the campaign itself, tells',
  examples: [{ ...exampleHead, zones: [{ ...exampleZoneHead, approvalsNeeded: 2, expiresAt: '2026-03-01T10:30:00.000Z' }] }]
})
