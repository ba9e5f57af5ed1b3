import { createHash } from 'node:crypto'
import { approvalsOf, longestProposalSeconds, type Approval } from './approval.ts'
import { defaultPolicy, type Policy } from './policy.ts'

/*
 * One person's Vault login is enough to write `policies/default`. What it says of how many people are asked, and of how weak a secret may be and how long it
 * may live, is therefore guarded: what makes more of that possible than before holds once as many people have approved as a campaign takes. The worker
 * notes the guarded fields in force in a document of its own, and this page says what is in force by both.
 */

export type GuardedPolicy = Pick<Policy, 'redirectApprovals' | 'leaveApprovals' | 'grantApprovals' | 'campaignApprovals' | 'rank' | 'graceSeconds' | 'longestAgeSeconds' | 'passwordLength'>
export type GuardedField = keyof GuardedPolicy

const less = (written: number, before: number): boolean => written < before
const more = (written: number, before: number): boolean => written > before
const differs = (written: number, before: number): boolean => written !== before

/** Whether what is written of a field needs people's approval, where the other is in force. */
const guards: Readonly<Record<GuardedField, (written: number, before: number) => boolean>> = {
  redirectApprovals: less,
  leaveApprovals: less,
  grantApprovals: less,
  // More of them, too: one person alone could ask for so many that no campaign starts any more, and no policy changes.
  campaignApprovals: differs,
  rank: differs,
  graceSeconds: more,
  longestAgeSeconds: more,
  passwordLength: less
}

export const guardedFields = Object.keys(guards) as GuardedField[]

export function guardedOf (policy: GuardedPolicy): GuardedPolicy {
  return Object.fromEntries(guardedFields.map(field => [field, policy[field]])) as unknown as GuardedPolicy
}

/** What people have written, as Vault has it. */
export interface WrittenPolicy {
  readonly zone: string
  /** In Vault; 0 where nobody has written one, or it was deleted: then it is the default one. */
  readonly version: number
  /** By Vault's clock. */
  readonly writtenAt: string | null
  readonly policy: Policy
}

export function unwrittenPolicy (zone: string): WrittenPolicy {
  return { zone, version: 0, writtenAt: null, policy: defaultPolicy }
}

/** What people have said of a policy and of anything else. */
export interface WordsOnPolicy {
  /** Of this version of it. */
  readonly approvals: readonly Approval[]
  /** Whether all approvals of the zone, of whatever they were, are one person's at most. */
  readonly isAlone: boolean
}

/** A written policy that holds in part only, until more people have approved of it. */
export interface WaitingPolicy extends Pick<WrittenPolicy, 'zone' | 'version' | 'writtenAt'> {
  readonly changes: readonly PolicyChange[]
  /** Of what a person is shown: `digestOfPolicy`. */
  readonly digest: string
  readonly approvals: readonly Approval[]
  readonly approvalsNeeded: number
  /** It can be approved until then, and has to be written anew afterwards. Null: it never can, as there is no document. */
  readonly expiresAt: string | null
}

export interface PolicyChange {
  readonly field: GuardedField
  readonly inForce: number | null
  readonly written: number | null
}

export interface PolicyInForce {
  readonly policy: Policy
  /** Those that let something weaker hold. */
  readonly approvals: readonly Approval[]
  readonly waits: WaitingPolicy | undefined
}

/** The guarded fields in which what is written needs approval. Where nothing is noted yet, the zone is new, and nothing does. */
export function changesToApprove ({ policy }: Pick<WrittenPolicy, 'policy'>, noted: GuardedPolicy | undefined): PolicyChange[] {
  if (noted === undefined) return []
  // No longest age is longer than any.
  return guardedFields.filter(field => guards[field](policy[field] ?? Infinity, noted[field] ?? Infinity)).map(field => ({ field, inForce: noted[field], written: policy[field] }))
}

/**
 * The policy that holds: the one that is written, with what of it waits for approval as it was before. Workers decide by it and the API shows it.
 * @param noted the guarded fields that were in force when a worker last looked
 * @param words looked at only where `changesToApprove` finds something
 */
export function policyInForce (written: WrittenPolicy, noted: GuardedPolicy | undefined, words: WordsOnPolicy): PolicyInForce {
  const changes = changesToApprove(written, noted)
  // A lone administrator has nobody to ask. Once a second person has approved of anything that is over for good.
  if (noted === undefined || changes.length === 0 || words.isAlone) return { policy: written.policy, approvals: [], waits: undefined }
  const { zone, version, writtenAt, policy } = written
  const digest = digestOfPolicy(written)
  const expiresAt = writtenAt === null ? null : new Date(Date.parse(writtenAt) + longestProposalSeconds * 1000).toISOString()
  const approvals = expiresAt === null ? [] : approvalsOf(words.approvals, { digest, expiresAt })
  // As many as it asks for itself, so that nobody asks for more people than there are.
  const approvalsNeeded = Math.max(2, noted.campaignApprovals, policy.campaignApprovals)
  if (approvals.length >= approvalsNeeded) return { policy, approvals, waits: undefined }
  const before = Object.fromEntries(changes.map(({ field, inForce }) => [field, inForce])) as Partial<GuardedPolicy>
  return { policy: { ...policy, ...before }, approvals: [], waits: { zone, version, writtenAt, changes, digest, approvals, approvalsNeeded, expiresAt } }
}

/** Hex SHA-256 over what people approve of. The same words written again are another version, and have to be approved again. */
export function digestOfPolicy ({ zone, version, writtenAt, policy }: WrittenPolicy): string {
  return createHash('sha256').update(JSON.stringify(['policy', zone, version, writtenAt, guardedFields.map(field => [field, policy[field]])])).digest('hex')
}

/** One line for each, for people. */
export function formatChanges (changes: readonly PolicyChange[]): string[] {
  return changes.map(({ field, inForce, written }) => `${field} ${inForce ?? 'none'} → ${written ?? 'none'}`)
}
