import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Handed } from './fleet.ts'
import { credentialOf, isKey } from './fleet.ts'
import { rekey } from './rekey.ts'

/** The old and the new secret of each credential. Keys lie in files, since the stock client reads them nowhere else; passwords are only here. */
export class Secrets {
  readonly folder: string
  readonly #stackFolder: string
  readonly #newPasswords = new Map<string, string>()

  constructor (folder: string, stackFolder: string) {
    this.folder = folder
    this.#stackFolder = stackFolder
  }

  async prepare (): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
  }

  async remove (): Promise<void> {
    this.#newPasswords.clear()
    await rm(this.folder, { recursive: true, force: true })
  }

  keyFile (credential: Handed, which: 'old' | 'new'): string {
    return join(this.folder, `${credentialOf(credential).replaceAll('/', '_')}.${which}`)
  }

  /** @throws Error before it was revealed */
  newPassword (credential: Handed): string {
    const password = this.#newPasswords.get(credentialOf(credential))
    if (password === undefined) throw new Error(`${credentialOf(credential)} was not revealed`)
    return password
  }

  /** The secret itself, as it was revealed. */
  async newText (credential: Handed): Promise<string> {
    return isKey(credential) ? await readFile(this.keyFile(credential, 'new'), 'utf8') : this.newPassword(credential)
  }

  async keepOld (credential: Handed): Promise<void> {
    if (isKey(credential)) await writeFile(this.keyFile(credential, 'old'), credential.key.privateKey, { mode: 0o600 })
  }

  /** As a person would: `rekey reveal`, with the zone operator's own Vault login. */
  async revealNew (credential: Handed): Promise<void> {
    const name = credentialOf(credential)
    const printed = await rekey(this.#stackFolder, 'reveal', name, ...isKey(credential) ? ['--out', this.keyFile(credential, 'new')] : [])
    if (!isKey(credential)) this.#newPasswords.set(name, printed.replace(/\n$/, ''))
  }
}
