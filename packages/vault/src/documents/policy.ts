import { defaultPolicy, leastSurveySeconds, longestGraceSeconds } from '@rekey/domain'
import type { GuardedPolicy, Policy } from '@rekey/domain'
import { Type } from 'typebox'
import { plainCodec } from './codec.ts'
import { exactly, nullable, PasswordRules } from './shapes.ts'

const tenYears = 3660 * 24 * 3600

const PolicyShape = exactly({
  graceSeconds: Type.Integer({ minimum: 0, maximum: longestGraceSeconds }),
  // Each entry holds a private key, and a document of more than 1 MiB is refused by Vault.
  historyLength: Type.Integer({ minimum: 0, maximum: 64 }),
  ...PasswordRules,
  observe: Type.Boolean(),
  redirectApprovals: Type.Integer({ minimum: 1, maximum: 9 }),
  leaveApprovals: Type.Integer({ minimum: 1, maximum: 9 }),
  grantApprovals: Type.Integer({ minimum: 1, maximum: 9 }),
  longestAgeSeconds: nullable(Type.Integer({ minimum: 10, maximum: tenYears })),
  overdueAfterSeconds: Type.Integer({ minimum: 0, maximum: tenYears }),
  scheduledConcurrency: Type.Integer({ minimum: 1, maximum: 256 }),
  scheduledPerMinute: Type.Integer({ minimum: 1, maximum: 10_000 }),
  surveyEverySeconds: nullable(Type.Integer({ minimum: leastSurveySeconds, maximum: 365 * 24 * 3600 })),
  campaignApprovals: Type.Integer({ minimum: 1, maximum: 9 }),
  rank: Type.Integer({ minimum: 0, maximum: 99 })
})

const policy = plainCodec<Policy, typeof PolicyShape>(PolicyShape)

export const policyPath = ['policies', 'default']

const { redirectApprovals, leaveApprovals, grantApprovals, campaignApprovals, rank, graceSeconds, longestAgeSeconds, passwordLength } = PolicyShape.properties
const InForceShape = exactly({ redirectApprovals, leaveApprovals, grantApprovals, campaignApprovals, rank, graceSeconds, longestAgeSeconds, passwordLength })
const inForce = plainCodec<GuardedPolicy, typeof InForceShape>(InForceShape)

/** Where a zone's workers note what of the policy one person alone can't weaken. */
export const inForcePath = ['in-force', 'policy']

export function encodeInForce (fields: GuardedPolicy): object {
  return inForce.encode(fields, inForcePath)
}

export function decodeInForce (raw: unknown): GuardedPolicy {
  return inForce.decode(raw, inForcePath)
}

/** People write policies by hand: `bao kv put` stores numbers, booleans and null as text, and what they leave out is as it is by default. */
export function decodePolicy (raw: unknown): Policy {
  const fields = Object.entries(typeof raw === 'object' && raw !== null ? raw : {})
    .map(([field, value]) => [field, typeof value === 'string' && field !== 'passwordSymbols' ? meantBy(value) : value as unknown])
  return policy.decode({ ...defaultPolicy, ...Object.fromEntries(fields) as object }, policyPath)
}

function meantBy (text: string): string | number | boolean | null {
  if (text === 'null') return null
  if (text === 'true' || text === 'false') return text === 'true'
  return /^\d{1,10}$/.test(text) ? Number(text) : text
}
