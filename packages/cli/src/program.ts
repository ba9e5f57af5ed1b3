import { Command } from 'commander'
import { auditCommands } from './audit/commands.ts'
import { campaignCommands } from './campaign/commands.ts'
import type { Registry } from './command.ts'
import { completionCommand } from './completion.ts'
import { findingCommands } from './findings/commands.ts'
import { fleetCommands } from './fleet/commands.ts'
import { importCommand } from './import/command.ts'
import { leaseCommands } from './lease/commands.ts'
import type { Said } from './said.ts'
import type { Session } from './session.ts'
import { sshCommand } from './ssh/command.ts'
import { tokenCommands } from './token/commands.ts'
import { vaultCommands } from './vault/commands.ts'
import { version } from './version.ts'

/** In characters: a page is the same wherever it is read. */
const width = 96

const exitCodes = `
Exit codes: 0 done; 1 refused or failed, and stderr or the table says why; 2 the command line is wrong.
rekey ssh and rekey lease end with the exit code of what they run.
With --json stdout is one JSON document, or empty where stderr says why. rekey ssh and rekey lease have no --json, as
stdout is that of what they run, nor has rekey completion, which prints a script.`

/**
 * The whole command line.
 * @param say hears what the command that was typed has to say
 */
export function buildProgram (session: Session, say: (said: Said) => void): Command {
  const program = new Command('rekey')
    .description('Rotates the SSH keys and passwords of a fleet, and proves that the old ones are dead.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: session.out, writeErr: session.err, outputError: () => {}, getOutHelpWidth: () => width, getErrHelpWidth: () => width, getOutHasColors: () => false, getErrHasColors: () => false })
    .addHelpText('after', exitCodes)
  const registry: Registry = {
    session,
    command: (parent, name, { summary, description, examples }, options) => parent.command(name, options)
      .summary(summary)
      .description(description === undefined ? `${sentence(summary)}.` : `${sentence(summary)}. ${description}`)
      .addHelpText('after', `\nExamples:\n${examples.map(example => `  ${example}`).join('\n')}`),
    act: (command, carryOut) => command.action(async (...args) => { say(await carryOut(...args as Parameters<typeof carryOut>)) })
  }
  fleetCommands(program, registry)
  campaignCommands(program, registry)
  findingCommands(program, registry)
  importCommand(program, registry)
  vaultCommands(program, registry)
  sshCommand(program, registry)
  leaseCommands(program, registry)
  auditCommands(program, registry)
  tokenCommands(program, registry)
  completionCommand(program, registry)
  return program
}

function sentence (summary: string): string {
  return summary.slice(0, 1).toUpperCase() + summary.slice(1)
}
