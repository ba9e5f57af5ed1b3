import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { RekeyError } from '@rekey/domain'
import { layout, type Stack } from '@rekey/local'

const cli = fileURLToPath(import.meta.resolve('@rekey/cli'))

/** The name of a Vault login, and where its password lies. */
export interface Person {
  readonly username: string
  readonly passwordFile: string
}

/** The two people of a zone of the local stack. */
export function peopleOf ({ dir }: Pick<Stack, 'dir'>, zone: string): [Person, Person] {
  const paths = layout(dir)
  return [
    { username: `operator-${zone}`, passwordFile: paths.operatorPassword(zone) },
    { username: `responder-${zone}`, passwordFile: paths.responderPassword(zone) }
  ]
}

/**
 * Somebody approves a proposal as a person does it: `rekey approve`, with a Vault login of his own.
 * @throws RekeyError `input/invalid` with what the command says
 */
export async function approveAs ({ username, passwordFile }: Person, stack: Stack, zone: string, proposal: number): Promise<void> {
  const args = ['approve', `${zone}/${proposal}`, '--yes', '--vault-addr', stack.vault.address, '--ca-file', stack.caFile, '--username', username, '--password-file', passwordFile]
  await new Promise<void>((resolve, reject) => {
    execFile(process.execPath, [cli, ...args], (error, stdout, stderr) => {
      if (error === null) resolve()
      else reject(new RekeyError('input/invalid', `rekey approve ${zone}/${proposal} failed: ${`${stdout}${stderr}`.trim()}`))
    })
  })
}
