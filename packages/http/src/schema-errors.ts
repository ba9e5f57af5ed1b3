import type { FastifySchemaValidationError } from 'fastify'
import { namePattern, RekeyError } from '@rekey/domain'

/** Ajv adds these with `verbose`. Its `data`, the offending value, is never looked at: it may be a private key. */
interface VerboseError extends FastifySchemaValidationError {
  readonly parentSchema?: { readonly pattern?: string, readonly description?: string, readonly properties?: Record<string, { readonly description?: string }> }
  readonly propertyName?: string
}

const namePatterns = new Set((['zone', 'host', 'account', 'credential', 'policy', 'grant', 'label'] as const).map(namePattern))

/** Says which field is wrong and, from the field's own description, what would be right. */
export function explain (errors: FastifySchemaValidationError[], part: string): RekeyError {
  const error = errors[0] as VerboseError | undefined
  if (error === undefined) return new RekeyError('input/invalid', `the ${part} is malformed`)
  const place = fieldName(error.instancePath)
  const { description, pattern, properties } = error.parentSchema ?? {}
  const code = pattern !== undefined && namePatterns.has(pattern) ? 'name/invalid' : 'input/invalid'

  if (error.keyword === 'required') {
    const field = join(place, String(error.params.missingProperty))
    return refusal('input/invalid', field, 'is missing', properties?.[String(error.params.missingProperty)]?.description)
  }
  if (error.keyword === 'additionalProperties') {
    const field = join(place, printable(String(error.params.additionalProperty)))
    return refusal('input/invalid', field, 'is not a field of this request', `the fields here are ${Object.keys(properties ?? {}).join(', ')}`)
  }
  if (error.propertyName !== undefined) {
    return refusal(code, place, 'has a malformed key', description)
  }
  const field = place === '' ? part : place
  // What is allowed is in the description; ajv's own words would only say that something is.
  const wrong = error.keyword === 'pattern' || error.keyword === 'enum' ? undefined : error.message
  return refusal(code, field, wrong ?? 'is malformed', description)
}

function refusal (code: 'input/invalid' | 'name/invalid', field: string, wrong: string, wayOut: string | undefined): RekeyError {
  return new RekeyError(code, `${field} ${wrong}${wayOut === undefined ? '' : `: ${wayOut}`}`, { field })
}

/** `/scope/hosts/0` becomes `scope.hosts[0]`. */
function fieldName (instancePath: string): string {
  return instancePath.split('/').slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => /^\d+$/.test(part) ? `${path}[${part}]` : join(path, printable(part)), '')
}

function join (path: string, part: string): string {
  return path === '' ? part : `${path}.${part}`
}

/** A field's name comes from the client: only a plain one is repeated. */
function printable (name: string): string {
  return /^[A-Za-z0-9_.-]{1,63}$/.test(name) ? name : '(unprintable)'
}
