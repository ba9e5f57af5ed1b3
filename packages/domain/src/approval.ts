/** What every proposal says, whatever it asks for. It counts for nothing until people have approved it. */
export interface Proposed {
  readonly zone: string
  /** Within the zone, whatever is proposed; numbers may have gaps. */
  readonly number: number
  readonly reason: string
  readonly proposedBy: string
  /** By Vault's clock. */
  readonly proposedAt: string
  /** It can be approved and carried out until then. */
  readonly expiresAt: string
}

/** A proposal of one host. */
export interface ProposedOfHost extends Proposed {
  readonly host: string
}

/** A person's word on a proposal, written with a Vault login of his own. */
export interface Approval {
  /** The Vault entity whose login it was, which Vault's policy vouches for. */
  readonly entity: string
  /** How Vault names the login. For people. */
  readonly by: string
  /** Of what was shown: `digestOf` the proposal. */
  readonly digest: string
  /** Why one person has to be enough, where the proposal lets that count. */
  readonly breakGlass?: string
  /** By Vault's clock. */
  readonly at: string
}

/** The approvals that count: one for each person, of this very text, and in time. */
export function approvalsOf (approvals: readonly Approval[], { digest, expiresAt }: Pick<Approval, 'digest'> & Pick<Proposed, 'expiresAt'>): Approval[] {
  const counted = approvals.filter((approval) => approval.digest === digest && Date.parse(approval.at) <= Date.parse(expiresAt))
  return counted.filter(({ entity }, index) => counted.findIndex((one) => one.entity === entity) === index)
}

/** A proposal that lives longer is none: it would outlive the memory of why it was made. */
export const longestProposalSeconds = 7 * 24 * 3600

/** Whether its time is bounded, by Vault's clock. */
export function endsInTime ({ proposedAt, expiresAt }: Pick<Proposed, 'proposedAt' | 'expiresAt'>): boolean {
  return Date.parse(expiresAt) - Date.parse(proposedAt) <= longestProposalSeconds * 1000
}

export function hasExpired ({ expiresAt }: Pick<Proposed, 'expiresAt'>, now: Date): boolean {
  return Date.parse(expiresAt) < now.getTime()
}
