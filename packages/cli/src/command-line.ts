import { parseArgs } from 'node:util'
import { parseName, type CredentialName } from '@rekey/domain'

export interface LoginOptions {
  readonly vaultAddress: string | undefined
  readonly caFile: string | undefined
  readonly username: string | undefined
  readonly passwordFile: string | undefined
  readonly stack: string | undefined
}

export type Command = { readonly login: LoginOptions } & (
  | { readonly verb: 'reveal', readonly credential: CredentialName, readonly half: 'private' | 'public', readonly which: 'current' | 'candidate', readonly out: string | undefined }
  | { readonly verb: 'hold show', readonly credential: CredentialName }
  | { readonly verb: 'hold clear', readonly credential: CredentialName, readonly reason: string }
)

/** The command line is wrong; the message says how. */
export class UsageError extends Error {}

const options = {
  help: { type: 'boolean', short: 'h' },
  public: { type: 'boolean' },
  candidate: { type: 'boolean' },
  out: { type: 'string' },
  reason: { type: 'string' },
  'vault-addr': { type: 'string' },
  'ca-file': { type: 'string' },
  username: { type: 'string' },
  'password-file': { type: 'string' },
  stack: { type: 'string' }
} as const

type Values = ReturnType<typeof parse>['values']

/** @returns 'help' when that is asked for @throws UsageError, or RekeyError `name/invalid` */
export function readCommandLine (args: readonly string[]): Command | 'help' {
  const { values, positionals } = parse(args)
  const [first, ...rest] = positionals
  if (values.help === true || first === undefined || first === 'help') return 'help'
  const login = {
    vaultAddress: values['vault-addr'],
    caFile: values['ca-file'],
    username: values.username,
    passwordFile: values['password-file'],
    stack: values.stack
  }
  if (first === 'reveal') {
    refuse(values, ['reason'], 'reveal')
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
    refuse(values, ['public', 'candidate', 'out', ...rest[0] === 'show' ? ['reason' as const] : []], `hold ${rest[0]}`)
    const credential = credentialFrom(rest.slice(1), `rekey hold ${rest[0]}`)
    return rest[0] === 'show' ? { verb: 'hold show', credential, login } : { verb: 'hold clear', credential, reason: reasonFrom(values.reason), login }
  }
  throw new UsageError(`there is no command ${JSON.stringify(positionals.slice(0, first === 'hold' ? 2 : 1).join(' '))}; the commands are reveal, hold show, hold clear`)
}

function parse (args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    // Node's text goes on with advice about how to write it as a positional, which no command here takes.
    throw new UsageError((error as NodeJS.ErrnoException).message.split('. ')[0] ?? 'the options are malformed')
  }
}

function refuse (values: Values, names: ReadonlyArray<keyof Values>, command: string): void {
  const extra = names.find(name => values[name] !== undefined)
  if (extra !== undefined) throw new UsageError(`--${extra} does not belong to rekey ${command}`)
}

function credentialFrom (rest: readonly string[], command: string): CredentialName {
  const [text] = rest
  if (text === undefined || rest.length > 1) throw new UsageError(`name one credential: ${command} zone/host/account/name`)
  return parseName(text)
}

function reasonFrom (text: string | undefined): string {
  const reason = text?.trim() ?? ''
  if (reason === '') throw new UsageError('say why: --reason "…"')
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  if (reason.length > 500 || /[\u0000-\u001f\u007f]/.test(reason)) throw new UsageError('--reason takes up to 500 characters on one line')
  return reason
}
