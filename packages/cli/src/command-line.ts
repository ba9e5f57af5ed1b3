import { checkName, parseName, type CredentialName } from '@rekey/domain'
import { parse, type Values } from './arguments.ts'
import { readImportOptions, type ImportCommand } from './import/options.ts'
import { isTokenVerb, readTokenOptions, tokenOptions, type TokenCommand } from './token/options.ts'
import { UsageError } from './usage-error.ts'

export interface LoginOptions {
  readonly vaultAddress: string | undefined
  readonly caFile: string | undefined
  readonly username: string | undefined
  readonly passwordFile: string | undefined
  readonly stack: string | undefined
}

export type CredentialCommand = { readonly login: LoginOptions } & (
  | { readonly verb: 'reveal', readonly credential: CredentialName, readonly half: 'private' | 'public', readonly which: 'current' | 'candidate', readonly out: string | undefined }
  | { readonly verb: 'hold show', readonly credential: CredentialName }
  | { readonly verb: 'hold clear' | 'observe' | 'manage', readonly credential: CredentialName, readonly reason: string }
)
/** A person's word on a proposal. */
export interface ApproveCommand {
  readonly verb: 'approve'
  readonly zone: string
  readonly number: number
  /** Whether he has looked already. */
  readonly isSure: boolean
  readonly login: LoginOptions
}
export type Command = CredentialCommand | ApproveCommand | ImportCommand | TokenCommand

const apiAccess = ['json', 'api-addr', 'ca-file', 'token-file', 'stack'] as const
const vaultLogin = ['vault-addr', 'ca-file', 'username', 'password-file', 'stack'] as const

/** @returns 'help' when that is asked for @throws UsageError, or RekeyError `name/invalid` */
export function readCommandLine (args: readonly string[]): Command | 'help' {
  const { values, positionals } = parse(args)
  const [first, ...rest] = positionals
  if (values.help === true || first === undefined || first === 'help') return 'help'
  if (first === 'import') {
    take(values, ['format', 'zone', 'known-hosts', 'trust-first-use', 'apply', 'manage', ...apiAccess], 'import')
    return readImportOptions(values, rest)
  }
  const [second] = rest
  if (first === 'token' && isTokenVerb(second)) {
    take(values, [...tokenOptions[second], ...apiAccess], `token ${second}`)
    return readTokenOptions(second, values, rest.slice(1))
  }
  const login = {
    vaultAddress: values['vault-addr'],
    caFile: values['ca-file'],
    username: values.username,
    passwordFile: values['password-file'],
    stack: values.stack
  }
  if (first === 'reveal') {
    take(values, ['public', 'candidate', 'out', ...vaultLogin], 'reveal')
    return {
      verb: 'reveal',
      credential: credentialFrom(rest, 'rekey reveal'),
      half: values.public === true ? 'public' : 'private',
      which: values.candidate === true ? 'candidate' : 'current',
      out: values.out,
      login
    }
  }
  if (first === 'hold' && (rest[0] === 'show' || rest[0] === 'clear')) {
    take(values, [...vaultLogin, ...rest[0] === 'clear' ? ['reason' as const] : []], `hold ${rest[0]}`)
    const credential = credentialFrom(rest.slice(1), `rekey hold ${rest[0]}`)
    return rest[0] === 'show' ? { verb: 'hold show', credential, login } : { verb: 'hold clear', credential, reason: reasonFrom(values.reason), login }
  }
  if (first === 'observe' || first === 'manage') {
    take(values, ['reason', ...vaultLogin], first)
    return { verb: first, credential: credentialFrom(rest, `rekey ${first}`), reason: reasonFrom(values.reason), login }
  }
  if (first === 'approve') {
    take(values, ['yes', ...vaultLogin], 'approve')
    return { verb: 'approve', ...proposalFrom(rest), isSure: values.yes === true, login }
  }
  throw new UsageError(`there is no command ${JSON.stringify(positionals.slice(0, first === 'hold' || first === 'token' ? 2 : 1).join(' '))}; the commands are import, reveal, hold show, hold clear, observe, manage, approve, token create, token list, token revoke, token rotate`)
}

/** @throws UsageError for an option of another command */
function take (values: Values, own: ReadonlyArray<keyof Values>, command: string): void {
  const extra = (Object.keys(values) as Array<keyof Values>).find(name => values[name] !== undefined && !own.includes(name))
  if (extra !== undefined) throw new UsageError(`--${extra} does not belong to rekey ${command}`)
}

function credentialFrom (rest: readonly string[], command: string): CredentialName {
  const [text] = rest
  if (text === undefined || rest.length > 1) throw new UsageError(`name one credential: ${command} zone/host/account/name`)
  return parseName(text)
}

function proposalFrom (rest: readonly string[]): { zone: string, number: number } {
  const [, zone, number] = /^([^/]+)\/([1-9]\d{0,14})$/.exec(rest.join(' ')) ?? []
  if (zone === undefined || number === undefined) throw new UsageError('name one proposal by its zone and number: rekey approve production/7')
  return { zone: checkName('zone', zone), number: Number(number) }
}

function reasonFrom (text: string | undefined): string {
  const reason = text?.trim() ?? ''
  if (reason === '') throw new UsageError('say why: --reason "…"')
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  if (reason.length > 500 || /[\u0000-\u001f\u007f]/.test(reason)) throw new UsageError('--reason takes up to 500 characters on one line')
  return reason
}
