import { resolve } from 'node:path'
import { formatName, isPassword, RekeyError, type Credential, type StoredSecret } from '@rekey/domain'
import { createNewFile } from '../new-file.ts'
import type { Said } from '../said.ts'

export interface RevealFlags {
  readonly public?: boolean
  readonly candidate?: boolean
  readonly out?: string
}

/** @throws RekeyError `credential/unknown`, `input/invalid`, `config/invalid` when the file can't be written */
export async function reveal (flags: RevealFlags, credential: Credential, folder: string): Promise<Said> {
  const secret = secretOf(flags, credential)
  const { text, what } = shown(flags, secret)
  const notes = notesOn(flags, credential)
  if (flags.out === undefined) return { out: text, notes }
  await (await createNewFile(resolve(folder, flags.out))).fill(text)
  return { out: '', notes: [`wrote the ${what} ${secret.fingerprint} to ${flags.out}`, ...notes] }
}

function secretOf (flags: RevealFlags, credential: Credential): StoredSecret {
  if (flags.candidate !== true) return credential.current
  if (credential.candidate === null) {
    throw new RekeyError('credential/unknown', `${formatName(credential.name)} has no candidate now: leave out --candidate for the secret that opens it`)
  }
  return credential.candidate
}

function shown (flags: RevealFlags, secret: StoredSecret): { text: string, what: string } {
  if (!isPassword(secret)) return flags.public === true ? { text: `${secret.publicKey}\n`, what: 'public key' } : { text: secret.privateKey.open(), what: 'private key' }
  if (flags.public === true) throw new RekeyError('input/invalid', 'a password has no public half: leave out --public')
  return { text: `${secret.password.open()}\n`, what: 'password' }
}

function notesOn (flags: RevealFlags, credential: Credential): string[] {
  const underWay = flags.candidate !== true && typeof credential.candidate?.sentAt === 'string'
  return [
    ...underWay ? ['a rotation is under way: if the host refuses this secret, reveal it again, or with --candidate'] : [],
    ...credential.hold === null ? [] : [`it is on hold (${credential.hold.class}): rekey hold show ${formatName(credential.name)}`]
  ]
}
