import { Type, type Static, type TSchema } from 'typebox'
import { namePattern, nameRule, type NameKind } from '@rekey/domain'

/** What shows nothing, breaks the line or turns it round. As no lookahead is needed, generators of examples find some. */
const unseen = '\\u0000-\\u001f\\u007f-\\u009f\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff'

export const Reason = Type.String({ minLength: 1, maxLength: 500, pattern: `^[^${unseen}]*[^\\s${unseen}][^${unseen}]*$`, description: '1 to 500 visible characters on one line; it goes into the audit trail' })

/** A field whose description is the rule that a refusal repeats. */
export function nameField (kind: NameKind, example: string, what?: string) {
  return Type.String({ pattern: namePattern(kind), maxLength: 63, description: what === undefined ? `use ${nameRule(kind)}` : `${what}; use ${nameRule(kind)}`, examples: [example] })
}

export function nullable<T extends TSchema> (schema: T) {
  return Type.Union([schema, Type.Null()])
}

/** A list in an answer: it takes what the domain hands out, which is readonly. */
export function list<T extends TSchema> (item: T, options: { description?: string } = {}) {
  return Type.Unsafe<ReadonlyArray<Static<T>>>(Type.Array(item, options))
}

export const closed = { additionalProperties: false } as const

export const Timestamp = Type.String({ format: 'date-time', description: 'ISO 8601, UTC', examples: ['2026-03-01T09:30:00.000Z'] })
export const Fingerprint = Type.String({ description: 'Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault', examples: ['SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM'] })

/** Why the observation of a host or of a credential is to end. */
export const NewRelease = Type.Object({ reason: Reason }, { ...closed, description: 'Why', examples: [{ reason: 'its first week showed no surprise' }] })

export const release = {
  by: Type.String({ description: 'Who released it' }),
  at: Timestamp,
  reason: Type.String()
}
export const exampleRelease = { by: 'admin', at: '2026-03-08T09:30:00.000Z', reason: 'its first week showed no surprise' }

export const Zone = nameField('zone', 'production')
export const Host = nameField('host', 'web-1')
export const Account = nameField('account', 'deploy')
export const Name = nameField('credential', 'ssh-key')

export const Labels = Type.Record(Type.String(), nameField('label', 'frontend', 'A label\'s value'), {
  maxProperties: 32,
  propertyNames: { pattern: namePattern('label'), description: `a label's key: use ${nameRule('label')}` },
  description: 'at most 32 labels, each a key and a value',
  examples: [{ role: 'frontend' }]
})

const Limit = Type.String({ pattern: '^([1-9][0-9]{0,2}|1000)$', description: 'a whole number from 1 to 1000; 100 when it is left out', examples: ['100'] })
/** Base64url as there is only one of for the same bytes: the bits that are left over are 0. */
const Cursor = Type.String({ pattern: '^([A-Za-z0-9_-]{4})*([A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$', minLength: 2, maxLength: 512, description: '`next` of the page before, as it was', examples: ['cHJvZHVjdGlvbi93ZWItMQ'] })

export const pageQuery = { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) }

export function pageOfSchema<T extends TSchema> (item: T, example: unknown, description: string) {
  return Type.Object({
    items: list(item),
    next: nullable(Type.String({ description: 'Hand it back as `cursor` for the next page; null on the last one' }))
  }, { ...closed, description, examples: [{ items: [example], next: null }] })
}
