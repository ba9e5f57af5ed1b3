import type { Stack } from '@rekey/local'
import { personOf, type Who } from '../faults/harness/logins.ts'
import { processSession } from '../../packages/cli/src/process-session.ts'
import { run } from '../../packages/cli/src/run.ts'

export interface Typed {
  readonly code: number
  readonly out: string
  readonly err: string
}

/**
 * Types a command of `rekey` where nobody is asked.
 * @param env all that it sees of the environment
 * @param seen is told what comes to stderr
 */
export async function rekey (args: readonly string[], folder: string, env: Readonly<Record<string, string>> = {}, seen: (text: string) => void = () => {}): Promise<Typed> {
  let [out, err] = ['', '']
  const code = await run(args, {
    ...processSession(),
    folder,
    env: { HOME: folder, ...env },
    isTerminal: false,
    ask: undefined,
    askPassword: undefined,
    out: text => { out += text },
    err: text => { err += text; seen(text) }
  })
  return { code, out, err }
}

/** The same, as the operator of a zone types it, with his own Vault login. */
export async function asOperator (stack: Stack, zone: string, ...command: readonly string[]): Promise<{ code: number, shown: string }> {
  return await asPerson(stack, zone, 'operator', ...command)
}

/** The same, as one of the zone's people. */
export async function asPerson (stack: Stack, zone: string, who: Who, ...command: readonly string[]): Promise<{ code: number, shown: string }> {
  const { username, passwordFile } = personOf(stack, zone, who)
  const { code, out, err } = await rekey([...command, '--vault-addr', stack.vault.address, '--ca-file', stack.caFile, '--username', username, '--password-file', passwordFile], stack.dir)
  return { code, shown: err + out }
}
