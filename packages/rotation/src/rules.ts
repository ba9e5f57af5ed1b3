import type { Credential, KeyAlgorithm, NamedPolicy, Policy } from '@rekey/domain'
import { askForLabels, winningPolicy } from '@rekey/domain'
import type { Facts } from './facts.ts'
import type { Journal } from './ports.ts'

/** How a secret is made. */
export interface SecretRules extends Pick<Policy, 'passwordLength' | 'passwordSymbols'> {
  readonly keyAlgorithm: KeyAlgorithm
  /** Which named policy says so; absent: the zone's people. */
  readonly by?: NamedPolicy
}

/**
 * By which rules the next secret is made: those of the named policy that wins. The API writes named policies, and one that asks
 * for what a host does not take could keep a burned secret alive: once the host has refused such a secret, the zone's own rules hold.
 */
export async function rulesFor ({ name, kind, refusals }: Credential, { policy, labels }: Facts, journal: Journal): Promise<SecretRules> {
  const { passwordLength, passwordSymbols } = policy
  const own: SecretRules = { keyAlgorithm: 'ed25519', passwordLength, passwordSymbols }
  if (refusals > 0) return own
  const policies = await journal.namedPolicies()
  const changed = askForLabels(policies) ? await journal.labels(name.host) : undefined
  const by = winningPolicy(policies, { name, kind }, changed ?? labels)
  return by === undefined
    ? own
    : { keyAlgorithm: by.keyAlgorithm ?? own.keyAlgorithm, passwordLength: by.passwordLength ?? passwordLength, passwordSymbols: by.passwordSymbols ?? passwordSymbols, by }
}
