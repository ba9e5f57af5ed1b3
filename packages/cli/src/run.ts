import { codeOf, isRekeyError, safeMessage } from '@rekey/domain'
import { CommanderError } from 'commander'
import { buildProgram } from './program.ts'
import type { Said } from './said.ts'
import type { Session } from './session.ts'
import { UsageError } from './usage-error.ts'

/** Runs one command line. Never throws. @returns 0 done; 1 refused or failed; 2 the command line is wrong; of `rekey ssh` and `rekey lease` that of what they run */
export async function run (args: readonly string[], session: Session): Promise<number> {
  let said: Said = { out: '', notes: [] }
  try {
    await buildProgram(session, heard => { said = heard }).parseAsync(args.length === 0 ? ['--help'] : args, { from: 'user' })
    for (const note of said.notes) session.err(`rekey: ${note}\n`)
    session.out(said.out)
    return said.code ?? 0
  } catch (error) {
    return explain(error, session)
  }
}

function explain (error: unknown, session: Session): number {
  // What was asked for is written already.
  if (error instanceof CommanderError && error.exitCode === 0) return 0
  if (error instanceof CommanderError || error instanceof UsageError || isRekeyError(error, 'name/invalid')) {
    const says = error instanceof CommanderError ? error.message.replace(/^error: /, '').replaceAll('\n', ' ') : error.message
    session.err(`rekey: ${says}\nTry rekey --help\n`)
    return 2
  }
  session.err(`rekey: ${safeMessage(error)} [${codeOf(error)}]\n`)
  return 1
}
