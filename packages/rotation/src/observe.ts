import type { Credential, CredentialName, HostRecord, Observer, Policy } from '@rekey/domain'
import type { Journal, Releases } from './ports.ts'

/** What decides, besides the zone's policy and the credential itself, whether credentials of a host are observed. */
export interface HostObservation {
  /** The host's record says so. */
  readonly observesHost: boolean
  readonly releases: Releases
}

type ObservationFacts = HostObservation & { readonly policy: Pick<Policy, 'observe'> }
type Asks = Pick<Credential, 'observe' | 'observedBy'> & { readonly name: Pick<CredentialName, 'account' | 'name'> }

/**
 * Whether nothing of the credential may be changed, neither by a new rotation nor by one that is half done.
 *
 *     the zone's policy says so               until people change the policy
 *     a person said so of the credential      until a person takes it back
 *     it was handed over to be observed       until the credential is released
 *     its host's record says so               until the host or the credential is released
 *
 * The API can ask for the last two, of what it creates and never of what is there; and it can release, which lets
 * happen what the product is for. So a stolen API can't stop an emergency.
 */
export function isObserved (credential: Asks, facts: ObservationFacts): boolean {
  return observersOf(credential, facts).length > 0
}

export function observersOf (credential: Asks, facts: ObservationFacts): Observer[] {
  return [
    ...facts.policy.observe ? ['zone' as const] : [],
    ...credential.observedBy === null ? [] : ['person' as const],
    ...releasable(credential, facts)
  ]
}

/** Those that a release ends. */
export function releasable ({ name, observe }: Asks, { observesHost, releases }: HostObservation): Observer[] {
  if (releases.credentials.includes(`${name.account}/${name.name}`)) return []
  return [...observe ? ['credential' as const] : [], ...observesHost && !releases.host ? ['host' as const] : []]
}

/** Releases are read where somebody waits for one: elsewhere they change nothing. */
export async function observationOf (host: string, { journal, record, credentials }: {
  journal: Journal
  record: HostRecord | undefined
  credentials: ReadonlyArray<Pick<Credential, 'observe'>>
}): Promise<HostObservation> {
  const observesHost = record?.observe ?? false
  const isAsked = observesHost || credentials.some(({ observe }) => observe)
  return { observesHost, releases: isAsked ? await journal.releases(host) : { host: false, credentials: [] } }
}
