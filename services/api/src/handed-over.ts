import { RekeyError, Secret } from '@rekey/domain'
import type { HandedOver } from '@rekey/domain'
import { parsePrivateKey } from '@rekey/ssh'
import { atField } from './at-field.ts'

interface Body {
  privateKey?: string
  password?: string
}

/**
 * Takes the secret out of a request's body, so that nothing that may print the body later finds it there.
 * @throws RekeyError `input/unprocessable`, `key/unreadable`, `key/encrypted`, `key/weak`
 */
export function takeSecret (body: Body): HandedOver {
  const { privateKey, password } = body
  if (privateKey !== undefined) body.privateKey = '[secret]'
  if (password !== undefined) body.password = '[secret]'
  if (privateKey !== undefined && password !== undefined) {
    throw new RekeyError('input/unprocessable', 'password: give either privateKey or password; an account that has both is handed over as two credentials', { field: 'password' })
  }
  if (password !== undefined) return { password: Secret.of(password) }
  if (privateKey === undefined) throw new RekeyError('input/unprocessable', 'privateKey: is missing; hand over the privateKey or the password that opens the account today', { field: 'privateKey' })
  return atField('privateKey', () => parsePrivateKey(privateKey))
}

/** The same of an inventory, which may hold the secrets of a whole fleet. */
export function takeText (body: { text: string }): Secret {
  const text = Secret.of(body.text)
  body.text = '[secret]'
  return text
}
