import { digestOf } from '@rekey/domain'
import type { Approval, Proposal, StoredProposal } from '@rekey/domain'
import { Type } from 'typebox'
import { checkPlace, plainCodec } from './codec.ts'
import { Count, exactly, Instant, nameOf, nullable, Ordinal, Port, PublicKey, ThroughShape, ViaShape } from './shapes.ts'

/*
 * A stolen API may write what it likes, and a person reads it in a terminal before he approves: nothing in it may move the cursor, turn the
 * direction of writing, or hide.
 */
const Line = Type.String({ minLength: 1, maxLength: 500, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]*$' })

const Fingerprint = Type.String({ pattern: '^[A-Z0-9-]{1,16}:[A-Za-z0-9+/=]{1,128}$' })

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
  host: nameOf('host'),
  reason: Line,
  proposedBy: Line,
  expiresAt: Instant
}

const RedirectShape = exactly({ kind: Type.Literal('redirect'), ...proposed, after: Count, from: EndpointShape, to: EndpointShape })

const LeaveShape = exactly({ kind: Type.Literal('leave'), ...proposed, credential: nullable(ThroughShape), signOff: Type.Array(Fingerprint, { maxItems: 1000 }) })

const codecs = {
  redirect: plainCodec<Extract<StoredProposal, { kind: 'redirect' }>, typeof RedirectShape>(RedirectShape),
  leave: plainCodec<Extract<StoredProposal, { kind: 'leave' }>, typeof LeaveShape>(LeaveShape)
}

const ApprovalShape = exactly({ digest: Type.String({ pattern: '^[0-9a-f]{64}$' }), by: Line })
const approval = plainCodec<Pick<Approval, 'digest' | 'by'>, typeof ApprovalShape>(ApprovalShape)

export function proposalPath (number: number): string[] {
  return ['proposals', String(number)]
}

/** Of one proposal, or of one person on it. Vault's policy lets a person write only under the id of his own entity. */
export function approvalPath (number: number, entity?: string): string[] {
  return ['approvals', `proposal-${number}`, ...entity === undefined ? [] : [entity]]
}

/** The numbers of proposals among the folders of approvals. */
export function approvedNumbers (folders: readonly string[]): number[] {
  return folders.flatMap((name) => /^proposal-([1-9]\d{0,14})$/.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b)
}

export function encodeProposal (value: StoredProposal): object {
  const path = proposalPath(value.number)
  return value.kind === 'leave' ? codecs.leave.encode(value, path) : codecs.redirect.encode(value, path)
}

export function decodeProposal ({ data, createdAt }: { data: unknown, createdAt: string }, zone: string, number: number): Proposal {
  const path = proposalPath(number)
  const value = codecs[(data as { kind?: unknown } | null)?.kind === 'leave' ? 'leave' : 'redirect'].decode(data, path)
  checkPlace('zone', value.zone, zone, path)
  checkPlace('number', value.number, number, path)
  return { ...value, proposedAt: createdAt }
}

export function encodeApproval (of: Proposal, entity: string, by: string): object {
  return approval.encode({ digest: digestOf(of), by }, approvalPath(of.number, entity))
}

export function decodeApproval ({ data, createdAt }: { data: unknown, createdAt: string }, number: number, entity: string): Approval {
  return { ...approval.decode(data, approvalPath(number, entity)), entity, at: createdAt }
}
