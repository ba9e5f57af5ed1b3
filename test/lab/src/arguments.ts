import { isAbsolute, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { RekeyError } from '@rekey/domain'

export const usage = 'npm run lab -- --hosts N [--dir FOLDER]     N from 1 to 200; FOLDER for logs and keys, .rekey/lab when absent'

export interface LabCommand {
  readonly hosts: number
  readonly dir: string
}

/**
 * @returns 'help' when that is asked for
 * @param from what a relative folder is relative to
 * @throws RekeyError `input/invalid`, naming the argument
 */
export function parseCommand (args: readonly string[], from: string, defaultDir: string): LabCommand | 'help' {
  let values: { hosts?: string, dir?: string, help?: boolean }
  try {
    ({ values } = parseArgs({ args: [...args], options: { hosts: { type: 'string' }, dir: { type: 'string' }, help: { type: 'boolean', short: 'h' } }, strict: true }))
  } catch (error) {
    throw new RekeyError('input/invalid', error instanceof Error ? error.message : String(error))
  }
  if (values.help === true) return 'help'
  const hosts = values.hosts ?? ''
  if (!/^\d{1,3}$/.test(hosts) || Number(hosts) < 1 || Number(hosts) > 200) {
    throw new RekeyError('input/invalid', hosts === '' ? 'say how many hosts: --hosts N' : `--hosts ${hosts}: a number from 1 to 200`, { field: 'hosts' })
  }
  const dir = values.dir ?? defaultDir
  if (dir === '' || /[\n"'%]/.test(dir)) throw new RekeyError('input/invalid', '--dir: a folder without quotes, percent signs and line breaks in its name, which ssh would read as its own', { field: 'dir' })
  return { hosts: Number(hosts), dir: isAbsolute(dir) ? dir : resolve(from, dir) }
}
