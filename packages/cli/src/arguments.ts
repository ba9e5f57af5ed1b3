import { parseArgs } from 'node:util'
import { UsageError } from './usage-error.ts'

/** The options of all commands; each command refuses those of others. */
const options = {
  help: { type: 'boolean', short: 'h' },
  public: { type: 'boolean' },
  candidate: { type: 'boolean' },
  out: { type: 'string' },
  reason: { type: 'string' },
  yes: { type: 'boolean' },
  'vault-addr': { type: 'string' },
  'ca-file': { type: 'string' },
  username: { type: 'string' },
  'password-file': { type: 'string' },
  stack: { type: 'string' },
  format: { type: 'string' },
  zone: { type: 'string', multiple: true },
  'known-hosts': { type: 'string' },
  'trust-first-use': { type: 'boolean' },
  apply: { type: 'boolean' },
  manage: { type: 'boolean' },
  json: { type: 'boolean' },
  'api-addr': { type: 'string' },
  'token-file': { type: 'string' },
  role: { type: 'string' },
  'all-zones': { type: 'boolean' },
  days: { type: 'string' },
  overlap: { type: 'string' }
} as const

export type Values = ReturnType<typeof parse>['values']

/** @throws UsageError */
export function parse (args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    // Node's text goes on with advice about how to write it as a positional, which no command here takes.
    throw new UsageError((error as NodeJS.ErrnoException).message.split('. ')[0] ?? 'the options are malformed')
  }
}
