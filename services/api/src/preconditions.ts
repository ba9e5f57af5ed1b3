import { RekeyError } from '@rekey/domain'
import { Type } from 'typebox'

/** An entity tag (RFC 9110) of the document's version in Vault. */
export function etagOf (version: number): string {
  return `"${version}"`
}

export const etagHeader = { etag: { type: 'string', description: 'Of this version: send it back as `If-Match`' } } as const

export const MatchHeaders = Type.Object({
  'if-match': Type.Optional(Type.String({ pattern: '^(\\*|"[0-9]{1,15}")$', description: 'the `ETag` of what is to be replaced: when it is another one by now, nothing is done (412). `*`, or left out: whatever it is', examples: ['"3"'] }))
})

/** @param version 0 where there is nothing yet @throws RekeyError `request/precondition-failed` */
export function demandVersion (ifMatch: string | undefined, version: number): void {
  if (ifMatch === undefined || ifMatch === '*' || ifMatch === etagOf(version)) return
  throw new RekeyError('request/precondition-failed', 'if-match: somebody has changed it meanwhile; read it again, and decide again', { field: 'if-match' })
}
