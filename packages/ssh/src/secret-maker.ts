import { randomInt } from 'node:crypto'
import type { Policy, UserKey } from '@rekey/domain'
import { RekeyError, Secret } from '@rekey/domain'
import type { SecretMaker } from '@rekey/rotation'
import { makeKeyOf, parsePrivateKey } from './private-key.ts'

const lower = 'abcdefghijklmnopqrstuvwxyz'
const upper = lower.toUpperCase()
const digits = '0123456789'

export const secretMaker: SecretMaker = { key: makeKeyOf, password: makePassword, read }

/**
 * Characters drawn independently, all of them again until each kind is there: no rule of a host that asks for kinds is in
 * the way, and hardly a bit is lost. The first is a letter or digit, which no program takes for an option.
 */
export function makePassword ({ passwordLength, passwordSymbols }: Pick<Policy, 'passwordLength' | 'passwordSymbols'>): Secret {
  const kinds = [lower, upper, digits, ...(passwordSymbols === '' ? [] : [passwordSymbols])]
  const alphabet = [...new Set(kinds.join(''))]
  for (;;) {
    const drawn = Array.from({ length: passwordLength }, () => alphabet[randomInt(alphabet.length)] ?? '')
    if (kinds.every((kind) => drawn.some((one) => kind.includes(one))) && !passwordSymbols.includes(drawn[0] ?? '')) return Secret.of(drawn.join(''))
  }
}

function read (privateKey: Secret): UserKey | undefined {
  try {
    return parsePrivateKey(privateKey.open())
  } catch (error) {
    if (error instanceof RekeyError) return undefined
    throw error
  }
}
