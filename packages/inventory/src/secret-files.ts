import { posix } from 'node:path'
import { Secret } from '@rekey/domain'
import type { ProposedCredential } from './proposal.ts'
import { refusal } from './refusal.ts'

export interface Files {
  /** The text of a file. It may throw what it likes; only that it failed is told. Undefined: none is read, and what names one is refused. */
  readonly readFile: ((path: string) => Promise<string>) | undefined
  /** Where relative paths start. */
  readonly baseDir: string
  /** What `~` stands for. Undefined: nothing, and such paths are refused. */
  readonly home: string | undefined
}

/** The limits of `POST /v1/credentials`, in characters; a password's is ours, far above what sshd reads. */
const most = { 'ssh-key': 16_384, password: 1024 }

/** Reads the secrets that an inventory names, each file once. */
export class SecretFiles {
  readonly #files: Files
  readonly #read = new Map<string, Promise<Secret | undefined>>()

  constructor (files: Files) {
    this.#files = files
  }

  /** @throws RekeyError `input/invalid`, never with a path or what is in the file */
  async secretOf ({ secret, kind, field }: ProposedCredential): Promise<Secret> {
    const found = secret instanceof Secret ? secret : await this.#secretIn(secret.file, kind, field)
    const { length } = found.open()
    if (length === 0) throw refusal('is empty', field)
    if (length > most[kind]) throw refusal(`is longer than the ${most[kind]} characters that are taken`, field)
    return found
  }

  async #secretIn (written: string, kind: ProposedCredential['kind'], field: string): Promise<Secret> {
    const { readFile } = this.#files
    if (readFile === undefined) throw refusal('names a file, and none is read here; give the secret itself in the text, or use `rekey import`', field)
    const path = this.#pathOf(written, field)
    const key = `${kind} ${path}`
    const reading = this.#read.get(key) ?? readOnce(readFile, path, kind)
    this.#read.set(key, reading)
    const secret = await reading
    if (secret === undefined) throw refusal('names a file that can\'t be read; is it there, and yours?', field)
    return secret
  }

  #pathOf (written: string, field: string): string {
    if (written === '' || written.includes('\0')) throw refusal('names no file', field)
    if (written.startsWith('~')) {
      if (this.#files.home === undefined || !/^~(\/|$)/.test(written)) throw refusal('starts in somebody\'s home folder; write the whole path', field)
      return posix.join(this.#files.home, written.slice(1))
    }
    return posix.resolve(this.#files.baseDir, written)
  }
}

async function readOnce (readFile: (path: string) => Promise<string>, path: string, kind: ProposedCredential['kind']): Promise<Secret | undefined> {
  try {
    const text = await readFile(path)
    // An editor's newline at the end belongs to no password.
    return Secret.of(kind === 'password' ? text.replace(/\r?\n$/, '') : text)
  } catch {
    return undefined
  }
}
