import type { Proposal } from '@rekey/domain'

/** What people run to approve it, each with a Vault login of his own. */
export function approveWith ({ zone, number }: Pick<Proposal, 'zone' | 'number'>): string {
  return `rekey approve ${zone}/${number}`
}
