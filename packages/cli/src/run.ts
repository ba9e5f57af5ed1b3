import { formatName, isRekeyError, RekeyError, type CredentialName } from '@rekey/domain'
import { approve, type Asking } from './approve.ts'
import { readCommandLine, type ApproveCommand, type CredentialCommand } from './command-line.ts'
import { reportCleared, showHold } from './hold.ts'
import { importInventory, type ImportSession } from './import/import.ts'
import { findLogin, type Surroundings } from './login.ts'
import type { Operator } from '@rekey/vault'
import type { OperatorLogin } from './operator-login.ts'
import { reportManaged, reportObserved } from './observe.ts'
import { reveal } from './reveal.ts'
import type { Said } from './said.ts'
import { manageTokens } from './token/token.ts'
import { UsageError } from './usage-error.ts'
import { usage } from './usage.ts'

export interface Session extends Surroundings, ImportSession, Asking {
  readonly out: (text: string) => void
  readonly openOperator: (login: OperatorLogin) => Operator
}

/** 0 done; 1 refused or failed; 2 the command line is wrong. */
export type ExitCode = 0 | 1 | 2

/** Runs one command line. Never throws. */
export async function run (args: readonly string[], session: Session): Promise<ExitCode> {
  try {
    const command = readCommandLine(args)
    if (command === 'help') {
      session.out(usage)
      return 0
    }
    const { out, notes, code = 0 } = await said(command, session)
    for (const note of notes) session.err(`rekey: ${note}\n`)
    session.out(out)
    return code
  } catch (error) {
    return explain(error, session)
  }
}

async function said (command: Exclude<ReturnType<typeof readCommandLine>, 'help'>, session: Session): Promise<Said> {
  if (command.verb === 'import') return await importInventory(command, session)
  if ('api' in command) return await manageTokens(command, session)
  const operator = session.openOperator(await findLogin(command.login, command.verb === 'approve' ? command.zone : command.credential.zone, session))
  try {
    return await carryOut(command, operator, session)
  } finally {
    await operator.close()
  }
}

async function carryOut (command: CredentialCommand | ApproveCommand, operator: Operator, session: Session): Promise<Said> {
  switch (command.verb) {
    case 'approve':
      return await approve(command, operator, session)
    case 'reveal':
      return await reveal(command, await find(operator, command.credential), session.folder)
    case 'hold show':
      return showHold(await find(operator, command.credential))
    case 'hold clear':
      return reportCleared(formatName(command.credential), await operator.clearHold(command.credential, command.reason))
    case 'observe':
      return reportObserved(formatName(command.credential), await operator.observe(command.credential, command.reason))
    case 'manage':
      return reportManaged(formatName(command.credential), await operator.manage(command.credential, command.reason))
  }
}

async function find (operator: Operator, name: CredentialName) {
  const credential = await operator.credential(name)
  if (credential === undefined) {
    throw new RekeyError('credential/unknown', `${formatName(name)} is not managed: check its name; one that is still being adopted has no secret here yet`)
  }
  return credential
}

function explain (error: unknown, session: Session): ExitCode {
  if (error instanceof UsageError || isRekeyError(error, 'name/invalid')) {
    session.err(`rekey: ${error.message}\nTry rekey --help\n`)
    return 2
  }
  session.err(isRekeyError(error) ? `rekey: ${error.message} [${error.code}]\n` : 'rekey: an unexpected fault; nothing more is known\n')
  return 1
}
