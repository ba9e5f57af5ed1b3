import { constants } from 'node:fs'
import { access, readFile, realpath } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { stackFailure } from './failure.ts'
import { stateRoot } from './layout.ts'

export interface VaultProgram {
  readonly kind: 'bao' | 'vault'
  readonly path: string
  readonly version: string
}

export interface Tools {
  readonly vault: VaultProgram
  readonly redis: string
  readonly node: string
}

async function onPath (name: string, further: readonly string[] = []): Promise<string | undefined> {
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), ...further]) {
    const file = join(folder, name)
    if (folder !== '' && await access(file, constants.X_OK).then(() => true, () => false)) return file
  }
  return undefined
}

/**
 * The programs that a stack runs. Which Vault it is was decided and checked by the set-up, which leaves it in .rekey/tools.json.
 * @throws RekeyError `stack/failed` when the set-up did not run here
 */
export async function findTools (): Promise<Tools> {
  const file = join(stateRoot, 'tools.json')
  const noted = await readFile(file, 'utf8').then(text => JSON.parse(text) as { vault: VaultProgram }, () => undefined)
  const redis = await onPath('redis-server', ['/usr/bin', '/usr/sbin'])
  if (noted === undefined || redis === undefined || !await access(noted.vault.path, constants.X_OK).then(() => true, () => false)) {
    throw stackFailure('OpenBao or Redis is not installed for this checkout: run `sh deploy/local/run.sh setup` first')
  }
  return { vault: noted.vault, redis, node: await realpath(process.execPath) }
}
