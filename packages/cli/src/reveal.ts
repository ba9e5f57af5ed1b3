import { resolve } from 'node:path'
import { formatName, isPassword, RekeyError, type Credential, type StoredSecret } from '@rekey/domain'
import type { CredentialCommand } from './command-line.ts'
import { createNewFile } from './new-file.ts'
import type { Said } from './said.ts'

type Reveal = Extract<CredentialCommand, { verb: 'reveal' }>

/** @throws RekeyError `credential/unknown`, `input/invalid`, `config/invalid` when the file can't be written */
export async function reveal (command: Reveal, credential: Credential, folder: string): Promise<Said> {
  const secret = secretOf(command, credential)
  const { text, what } = shown(command, secret)
  const notes = notesOn(command, credential)
  if (command.out === undefined) return { out: text, notes }
  await (await createNewFile(resolve(folder, command.out))).fill(text)
  return { out: '', notes: [`wrote the ${what} ${secret.fingerprint} to ${command.out}`, ...notes] }
}

function secretOf (command: Reveal, credential: Credential): StoredSecret {
  if (command.which === 'current') return credential.current
  if (credential.candidate === null) {
    throw new RekeyError('credential/unknown', `${formatName(command.credential)} has no candidate now: leave out --candidate for the secret that opens it`)
  }
  return credential.candidate
}

function shown ({ half }: Reveal, secret: StoredSecret): { text: string, what: string } {
  if (!isPassword(secret)) return half === 'public' ? { text: `${secret.publicKey}\n`, what: 'public key' } : { text: secret.privateKey.open(), what: 'private key' }
  if (half === 'public') throw new RekeyError('input/invalid', 'a password has no public half: leave out --public')
  return { text: `${secret.password.open()}\n`, what: 'password' }
}

function notesOn (command: Reveal, credential: Credential): string[] {
  const underWay = command.which === 'current' && typeof credential.candidate?.sentAt === 'string'
  return [
    ...underWay ? ['a rotation is under way: if the host refuses this secret, reveal it again, or with --candidate'] : [],
    ...credential.hold === null ? [] : [`it is on hold (${credential.hold.class}): rekey hold show ${formatName(command.credential)}`]
  ]
}
