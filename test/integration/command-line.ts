import type { Stack } from '@rekey/local'
import { processSession } from '../../packages/cli/src/process-session.ts'
import { run } from '../../packages/cli/src/run.ts'

export interface Typed {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Types a command of `rekey` where nobody is asked. @param env all that it sees of the environment */
export async function rekey (args: readonly string[], folder: string, env: Readonly<Record<string, string>> = {}): Promise<Typed> {
  let [out, err] = ['', '']
  const code = await run(args, {
    ...processSession(),
    folder,
    env: { HOME: folder, ...env },
    isTerminal: false,
    ask: undefined,
    askPassword: undefined,
    out: text => { out += text },
    err: text => { err += text }
  })
  return { code, out, err }
}

/** The same, as the operator of a zone types it, with his own Vault login. */
export async function asOperator (stack: Stack, zone: string, ...command: readonly string[]): Promise<{ code: number, shown: string }> {
  const operator = stack.zones.find(({ name }) => name === zone)?.operator
  if (operator === undefined) throw new Error(`there is no zone ${zone}`)
  const { code, out, err } = await rekey([...command, '--vault-addr', stack.vault.address, '--ca-file', stack.caFile, '--username', operator.username, '--password-file', operator.passwordFile], stack.dir)
  return { code, shown: err + out }
}
