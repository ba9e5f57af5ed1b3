/**
 * What people run to approve it, each with a Vault login of his own.
 * @param number of a proposal, or the id of a request for a lease; `policy` for the zone's own
 */
export function approveWith ({ zone, number }: { readonly zone: string, readonly number: number | string }): string {
  return `rekey approve ${zone}/${number}`
}
