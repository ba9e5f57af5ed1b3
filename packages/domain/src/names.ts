import { RekeyError } from './errors.ts'

/** Names a credential: `zone/host/account/name`. The name is the credential's kind unless an account has several. */
export interface CredentialName {
  readonly zone: string
  readonly host: string
  readonly account: string
  readonly name: string
}

/** A host, or one of its credentials. */
export type Place = Pick<CredentialName, 'zone' | 'host'> | CredentialName

/** What each kind of name may look like. Nothing here needs quoting in a shell, a URL path, a Redis key or a queue name. */
const grammars = {
  // The mount rekey-shared belongs to all zones.
  zone: { pattern: /^(?!shared$)[a-z][a-z0-9-]{0,30}$/, says: '1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared"' },
  host: { pattern: /^(?!.*\.\.)[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/, says: '1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends' },
  account: { pattern: /^(?!.*\.\.)[A-Za-z_][A-Za-z0-9_.-]{0,31}$/, says: '1 to 32 letters, digits, underscores, dots and hyphens, a letter or underscore first, no two dots in a row' },
  credential: { pattern: /^[a-z][a-z0-9-]{0,30}$/, says: '1 to 31 lower-case letters, digits and hyphens, a letter first' },
  policy: { pattern: /^(?!default$)[a-z][a-z0-9-]{0,30}$/, says: '1 to 31 lower-case letters, digits and hyphens, a letter first, and not "default"' },
  grant: { pattern: /^[a-z][a-z0-9-]{0,30}$/, says: '1 to 31 lower-case letters, digits and hyphens, a letter first' },
  label: { pattern: /^(?!.*\.\.)[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/, says: '1 to 63 letters, digits, underscores, dots and hyphens, a letter or digit at both ends' }
} as const

export type NameKind = keyof typeof grammars

/** The grammar of a name, as a regular expression source for API schemas. */
export function namePattern (kind: NameKind): string {
  return grammars[kind].pattern.source
}

/** What a name of that kind may look like, in words. */
export function nameRule (kind: NameKind): string {
  return grammars[kind].says
}

/**
 * Returns `value` when it is a well-formed name of that kind.
 * @throws RekeyError `name/invalid`, naming the field and what is allowed.
 */
export function checkName (kind: NameKind, value: string, field: string = kind): string {
  const grammar = grammars[kind]
  if (!grammar.pattern.test(value)) {
    throw new RekeyError('name/invalid', `${field} is not a ${kind} name: use ${grammar.says}`, { field })
  }
  return value
}

export function formatName (name: CredentialName): string {
  return `${name.zone}/${name.host}/${name.account}/${name.name}`
}

/** @throws RekeyError `name/invalid` */
export function parseName (text: string): CredentialName {
  const [zone, host, account, name, ...rest] = text.split('/')
  if (zone === undefined || host === undefined || account === undefined || name === undefined || rest.length > 0) {
    throw new RekeyError('name/invalid', 'a credential is named zone/host/account/name', { field: 'credential' })
  }
  return {
    zone: checkName('zone', zone),
    host: checkName('host', host),
    account: checkName('account', account),
    name: checkName('credential', name, 'name')
  }
}
