import type { IssuedToken, TokenView } from '@rekey/client'
import type { ZoneGrant } from '@rekey/domain'
import { inColumns } from '../columns.ts'
import { asJson, type Said } from '../said.ts'

/** @param out the file that has the token, which is shown nowhere else then */
export function issued (answer: IssuedToken, { json, out }: { readonly json: boolean, readonly out: string | undefined }): Said {
  const { token, ...view } = answer
  const what = `${view.name}, id ${view.id}, ${view.role} of ${zonesOf(view.zones)}, ends ${view.expiresAt}`
  const until = view.previousUntil === null ? [] : [`the secret before is taken until ${view.previousUntil}`]
  const where = out === undefined ? 'this is the only time that it is shown' : `wrote it to ${out}`
  if (json) return { out: asJson(out === undefined ? answer : view), notes: [] }
  return { out: out === undefined ? `${token}\n` : '', notes: [`token ${what}; ${where}`, ...until] }
}

export function listed (tokens: readonly TokenView[], json: boolean): Said {
  if (json) return { out: asJson(tokens), notes: [] }
  const rows = [
    ['ID', 'NAME', 'ROLE', 'ZONES', 'STATUS', 'ENDS', 'MADE BY'],
    ...tokens.map(({ id, name, role, zones, status, expiresAt, createdBy }) => [id, name, role, zonesOf(zones), status, expiresAt, createdBy])
  ]
  return { out: inColumns(rows).map(line => `${line}\n`).join(''), notes: [] }
}

export function revoked (token: TokenView, json: boolean): Said {
  if (json) return { out: asJson(token), notes: [] }
  return { out: `${token.name} (${token.id}) is revoked, by ${token.revokedBy ?? '?'} at ${token.revokedAt ?? '?'}.\n`, notes: [] }
}

function zonesOf (zones: ZoneGrant): string {
  return zones === 'all' ? 'all zones' : zones.join(',')
}
