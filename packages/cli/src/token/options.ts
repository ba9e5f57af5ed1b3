import { checkName, roles, tokenIdPattern, type Role, type ZoneGrant } from '@rekey/domain'
import type { Values } from '../arguments.ts'
import type { ApiOptions } from '../import/options.ts'
import { UsageError } from '../usage-error.ts'

export type TokenCommand = { readonly json: boolean, readonly api: ApiOptions } & (
  | { readonly verb: 'token create', readonly name: string, readonly role: Role, readonly zones: ZoneGrant, readonly days: number | undefined, readonly out: string | undefined }
  | { readonly verb: 'token list' }
  | { readonly verb: 'token revoke', readonly id: string }
  | { readonly verb: 'token rotate', readonly id: string, readonly overlapSeconds: number, readonly days: number | undefined, readonly out: string | undefined }
)

/** The options of each, besides those of the API. */
export const tokenOptions = {
  create: ['role', 'zone', 'all-zones', 'days', 'out'],
  list: [],
  revoke: [],
  rotate: ['overlap', 'days', 'out']
} as const satisfies Record<string, ReadonlyArray<keyof Values>>

export type TokenVerb = keyof typeof tokenOptions

export function isTokenVerb (word: string | undefined): word is TokenVerb {
  return word !== undefined && Object.hasOwn(tokenOptions, word)
}

/** @throws UsageError, or RekeyError `name/invalid` */
export function readTokenOptions (verb: TokenVerb, values: Values, rest: readonly string[]): TokenCommand {
  const common = { json: values.json === true, api: { address: values['api-addr'], caFile: values['ca-file'], tokenFile: values['token-file'], stack: values.stack } }
  switch (verb) {
    case 'create':
      return { verb: 'token create', name: checkName('label', one(rest, 'rekey token create NAME'), 'NAME'), role: roleFrom(values.role), zones: zonesFrom(values), days: daysFrom(values.days), out: values.out, ...common }
    case 'list':
      if (rest.length > 0) throw new UsageError('rekey token list takes no name')
      return { verb: 'token list', ...common }
    case 'revoke':
      return { verb: 'token revoke', id: idFrom(rest, verb), ...common }
    case 'rotate':
      return { verb: 'token rotate', id: idFrom(rest, verb), overlapSeconds: wholeNumber(values.overlap, '--overlap', 0, 86_400) ?? 0, days: daysFrom(values.days), out: values.out, ...common }
  }
}

function one (rest: readonly string[], command: string): string {
  const [text] = rest
  if (text === undefined || rest.length > 1) throw new UsageError(`name one token: ${command}`)
  return text
}

function idFrom (rest: readonly string[], verb: string): string {
  const id = one(rest, `rekey token ${verb} ID`)
  // Not repeated: it may be a whole token, pasted by mistake.
  if (!new RegExp(tokenIdPattern).test(id)) throw new UsageError('an ID has 16 hex digits; rekey token list shows it')
  return id
}

function roleFrom (text: string | undefined): Role {
  const role = roles.find(known => known === text)
  if (role === undefined) throw new UsageError(`say --role, one of ${roles.join(', ')}`)
  return role
}

function zonesFrom ({ zone = [], 'all-zones': all = false }: Values): ZoneGrant {
  if (all === (zone.length > 0)) throw new UsageError('say --zone, once for each zone, or --all-zones')
  return all ? 'all' : zone.map(name => checkName('zone', name, '--zone'))
}

function daysFrom (text: string | undefined): number | undefined {
  return wholeNumber(text, '--days', 1, 365)
}

function wholeNumber (text: string | undefined, option: string, least: number, most: number): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (!/^\d{1,6}$/.test(text) || number < least || number > most) throw new UsageError(`${option} takes a whole number from ${least} to ${most}`)
  return number
}
