import { isRekeyError, RekeyError } from '@rekey/domain'
import { writeFiles } from './files.ts'
import { planFor } from './plan.ts'
import { rotate } from './rotate.ts'
import { bringVault } from './vault.ts'

const commands = { files: writeFiles, vault: bringVault, rotate }

/** The one-time parts of docker-compose.yml: `files`, then `vault`, then `rotate`. Each can be run again. */
try {
  const command = process.argv[2] ?? ''
  if (!(command in commands)) throw new RekeyError('input/invalid', `one of ${Object.keys(commands).join(', ')} is to be named`)
  await commands[command as keyof typeof commands](planFor(process.env['REKEY_NET'] ?? '172.30'))
} catch (error) {
  process.stderr.write(`rekey: ${isRekeyError(error) ? error.message : error instanceof Error ? error.stack ?? error.message : 'failed'}\n`)
  process.exitCode = 1
}
