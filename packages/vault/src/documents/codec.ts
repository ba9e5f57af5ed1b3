import { RekeyError } from '@rekey/domain'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

/** Turns documents of one kind into what Vault stores, and back. Both throw `vault/malformed`, naming path and field, never a value. */
export interface Codec<T> {
  encode (value: T, path: readonly string[]): object
  decode (raw: unknown, path: readonly string[]): T
}

/**
 * @param schema of the stored form. It must refuse fields that it does not know: who reads, changes and writes a document would
 *   otherwise lose what a newer version has put there.
 * @param seal wraps the secrets of a document that was read
 * @param open opens them for one that is to be written
 */
export function codec<T extends object, Schema extends TSchema> (
  schema: Schema, seal: (raw: Static<Schema>) => T, open: (value: T) => object
): Codec<T> {
  const validator = Compile(schema)

  function check (raw: unknown, path: readonly string[]): Static<Schema> {
    if (validator.Check(raw)) return raw
    const fields = validator.Errors(raw).map(error =>
      error.keyword === 'required' ? `${error.instancePath}/${error.params.requiredProperties.join(',')}` : error.instancePath)
    // The deepest says the most: a union complains about itself, too.
    const field = fields.reduce((deepest, next) => next.split('/').length > deepest.split('/').length ? next : deepest, '').slice(1).replaceAll('/', '.')
    const where = path.join('/')
    throw new RekeyError('vault/malformed', `the document ${where} is malformed${field === '' ? '' : ` in its field ${field}`}; mend it with a Vault login of your own, or restore an earlier version`, { path: where, field })
  }

  return {
    encode: (value, path) => {
      const raw = open(value)
      check(raw, path)
      return raw
    },
    decode: (raw, path) => seal(check(raw, path))
  }
}

/** Documents of before a field came up lack it: they mean what they meant then. */
export function withDefaults (raw: unknown, defaults: object): unknown {
  return typeof raw === 'object' && raw !== null ? { ...defaults, ...raw } : raw
}

/** For documents without a secret, whose stored form is the very form in memory. */
export function plainCodec<T extends object, Schema extends TSchema> (schema: Schema & (Static<Schema> extends T ? unknown : never)): Codec<T> {
  return codec<T, Schema>(schema, raw => raw, value => value)
}

/**
 * A document that sits at another path than the one it names was copied there: what it says is of something else.
 * @throws RekeyError `vault/malformed`
 */
export function checkPlace (field: string, found: string | number, expected: string | number, path: readonly string[]): void {
  if (found === expected) return
  const where = path.join('/')
  throw new RekeyError('vault/malformed', `the document ${where} names another ${field} than its path`, { path: where, field })
}
