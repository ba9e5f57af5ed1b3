import type { Credential, KeyAlgorithm, NamedPolicy, Policy } from '@rekey/domain'
import { policyFor } from './aging.ts'
import type { Facts } from './facts.ts'

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
export function rulesFor (credential: Credential, facts: Facts): SecretRules {
  const { passwordLength, passwordSymbols } = facts.policy
  const own: SecretRules = { keyAlgorithm: 'ed25519', passwordLength, passwordSymbols }
  if (credential.refusals > 0) return own
  const by = policyFor(credential, facts)
  return by === undefined
    ? own
    : { keyAlgorithm: by.keyAlgorithm ?? own.keyAlgorithm, passwordLength: by.passwordLength ?? passwordLength, passwordSymbols: by.passwordSymbols ?? passwordSymbols, by }
}
