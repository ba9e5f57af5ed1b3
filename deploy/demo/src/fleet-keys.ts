import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { FleetKey } from '@rekey/lab'

const run = promisify(execFile)
const cli = fileURLToPath(import.meta.resolve('@rekey/cli'))

/** `zone/host/account/ssh-key` */
export function credentialOf ({ zone, host, account }: Pick<FleetKey, 'zone' | 'host' | 'account'>): string {
  return `${zone}/${host}/${account}/ssh-key`
}

/** Key files for the stock client: it reads keys only from files that nobody else can read. */
export class KeyFolder {
  readonly #path: string

  constructor (path: string) {
    this.#path = path
  }

  async prepare (): Promise<void> {
    await rm(this.#path, { recursive: true, force: true })
    await mkdir(this.#path, { recursive: true, mode: 0o700 })
  }

  async remove (): Promise<void> {
    await rm(this.#path, { recursive: true, force: true })
  }

  pathOf (credential: string, which: 'old' | 'new'): string {
    return join(this.#path, `${credential.replaceAll('/', '_')}.${which}`)
  }

  async keepOld (key: FleetKey): Promise<void> {
    await writeFile(this.pathOf(credentialOf(key), 'old'), key.privateKey, { mode: 0o600 })
  }

  /** As a person would: `rekey reveal`, with the zone operator's own Vault login. */
  async revealNew (credential: string, stackFolder: string): Promise<void> {
    await run(process.execPath, [cli, 'reveal', credential, '--stack', stackFolder, '--out', this.pathOf(credential, 'new')])
  }
}
