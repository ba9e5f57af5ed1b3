import { isRekeyError, RekeyError, type Secret } from '@rekey/domain'
import type { AcceptedRow } from '../row.ts'

/** Reads keys, and refuses those that can't be handed over. Each throws a RekeyError `key/*`. */
export interface KeyReader {
  readonly parsePublicKey: (text: string) => unknown
  readonly parsePrivateKey: (text: string) => unknown
}

/**
 * What of an inventory can be handed over.
 * @throws RekeyError naming the field
 */
export function checkAdoptable ({ host, credential }: AcceptedRow, keys: KeyReader): void {
  if (host.trust.mode === 'pinned') for (const key of host.trust.keys) keys.parsePublicKey(key)
  if (credential?.kind === 'ssh-key') checkKey(credential.secret, keys)
}

/** Many rows can share the key of one file, and to check a large RSA key takes milliseconds. */
const checked = new WeakMap<Secret, RekeyError | null>()

function checkKey (secret: Secret, keys: KeyReader): void {
  let refused = checked.get(secret)
  if (refused === undefined) checked.set(secret, refused = refusalOf(secret, keys))
  if (refused !== null) throw refused
}

function refusalOf (secret: Secret, keys: KeyReader): RekeyError | null {
  try {
    keys.parsePrivateKey(secret.open())
    return null
  } catch (error) {
    if (!isRekeyError(error)) throw error
    return new RekeyError(error.code, error.message, { field: 'privateKey' })
  }
}
