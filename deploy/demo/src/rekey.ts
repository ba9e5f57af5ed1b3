import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { RekeyError } from '@rekey/domain'

const cli = fileURLToPath(import.meta.resolve('@rekey/cli'))

/** The command line, as a person runs it on the stack in that folder. @returns what it prints @throws RekeyError with what it says */
export async function rekey (stackFolder: string, ...args: string[]): Promise<string> {
  return await rekeyAlone(...args, '--stack', stackFolder)
}

/** A command that needs no stack: nothing but the files that it names. */
export async function rekeyAlone (...args: string[]): Promise<string> {
  return await new Promise((resolve, reject) => {
    execFile(process.execPath, [cli, ...args], (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new RekeyError('input/invalid', `rekey ${args[0] ?? ''} failed: ${`${stdout}${stderr}`.trim()}`))
    })
  })
}
