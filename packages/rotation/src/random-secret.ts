import type { HandedOver, Policy, SecretValue } from '@rekey/domain'
import { algorithmLike } from '@rekey/domain'
import type { SecretMaker } from './ports.ts'

/**
 * A secret that nobody has, of the same kind as another one. A key is of its algorithm too: a host that does not take an
 * algorithm refuses any key of it unseen, and that would say nothing of the others.
 */
export async function randomLike (secret: HandedOver, secrets: SecretMaker, rules: Pick<Policy, 'passwordLength' | 'passwordSymbols'>): Promise<SecretValue> {
  return 'password' in secret ? { password: secrets.password(rules), fingerprint: 'random' } : await secrets.key(algorithmLike(secret.publicKey))
}
