import { isRekeyError, RekeyError, type Secret } from '@rekey/domain'
import type { AcceptedRow } from '@rekey/inventory'
import { parsePrivateKey, parsePublicKey } from '@rekey/ssh'

/**
 * What of an inventory can be handed over.
 * @throws RekeyError naming the field
 */
export function checkAdoptable ({ host, credential }: AcceptedRow): void {
  if (host.trust.mode === 'pinned') for (const key of host.trust.keys) parsePublicKey(key)
  if (credential?.kind === 'ssh-key') checkKey(credential.secret)
}

/** Many rows can share the key of one file, and to check a large RSA key takes milliseconds. */
const checked = new WeakMap<Secret, RekeyError | null>()

function checkKey (secret: Secret): void {
  let refused = checked.get(secret)
  if (refused === undefined) checked.set(secret, refused = refusalOf(secret))
  if (refused !== null) throw refused
}

function refusalOf (secret: Secret): RekeyError | null {
  try {
    parsePrivateKey(secret.open())
    return null
  } catch (error) {
    if (!isRekeyError(error)) throw error
    return new RekeyError(error.code, error.message, { field: 'privateKey' })
  }
}
