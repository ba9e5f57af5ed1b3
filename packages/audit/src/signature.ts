import { createPublicKey, verify } from 'node:crypto'
import { signedText } from '@rekey/domain'
import type { AuditKeys, SignedHead } from '@rekey/domain'

/** Why a head is not to be believed; undefined when its key has signed it. */
export function doubtOf (head: SignedHead, keys: AuditKeys): string | undefined {
  return doubtAbout(head, signedText(head), keys)
}

/** The same of any text. @param signed by which transit key it is said to be signed, and how, as Vault writes that */
export function doubtAbout ({ key: name, signature: written }: Pick<SignedHead, 'key' | 'signature'>, text: string, keys: AuditKeys): string | undefined {
  const [, version = '', signature = ''] = /^vault:v(\d+):([A-Za-z0-9+/]+=*)$/.exec(written) ?? []
  const key = keys[name]?.[version]
  if (key === undefined) return `version ${version === '' ? '?' : version} of its key ${name} is not among the keys`
  return isSigned(text, key, signature) ? undefined : `its signature is not by the key ${name}`
}

/** Whether the key is the one that signs for the processes whose journal it is. */
export function fitsJournal ({ journal, key }: SignedHead): boolean {
  const service = journal.slice(0, -13)
  return service === 'api' ? key === 'rekey-audit' : key === `rekey-audit-${service.slice(service.indexOf('-') + 1)}`
}

function isSigned (text: string, key: string, signature: string): boolean {
  try {
    const x = Buffer.from(key, 'base64').toString('base64url')
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    return verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64'))
  } catch {
    return false
  }
}
