import type { Approval } from '@rekey/domain'
import { Type } from 'typebox'
import { plainCodec } from './codec.ts'
import { exactly, Line } from './shapes.ts'

type Said = Pick<Approval, 'digest' | 'by' | 'breakGlass'>

const ApprovalShape = exactly({ digest: Type.String({ pattern: '^[0-9a-f]{64}$' }), by: Line, breakGlass: Type.Optional(Line) })
const approval = plainCodec<Said, typeof ApprovalShape>(ApprovalShape)

/** What a proposal is called where it is approved of. */
export function proposalName (number: number): string {
  return `proposal-${number}`
}

/** The same of one version of the zone's policy. */
export function policyName (version: number): string {
  return `policy-${version}`
}

/** Of one document, or of one person on it. Vault's policy lets a person write only under the id of his own entity. */
export function approvalPath (document: string, entity?: string): string[] {
  return ['approvals', document, ...entity === undefined ? [] : [entity]]
}

/** The numbers of proposals among documents that were approved of. */
export function approvedNumbers (documents: readonly string[]): number[] {
  return documents.flatMap((name) => /^proposal-([1-9]\d{0,14})$/.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b)
}

export function encodeApproval (said: Said, document: string, entity: string): object {
  return approval.encode(said, approvalPath(document, entity))
}

export function decodeApproval ({ data, createdAt }: { data: unknown, createdAt: string }, document: string, entity: string): Approval {
  return { ...approval.decode(data, approvalPath(document, entity)), entity, at: createdAt }
}
