import { resolve } from 'node:path'
import { formatName, isPassword, RekeyError, type Credential, type StoredSecret } from '@rekey/domain'
import { createNewFile } from '../new-file.ts'
import { asJson, type Said } from '../said.ts'

export interface RevealFlags {
  readonly public?: boolean
  readonly candidate?: boolean
  readonly out?: string
  readonly json?: boolean
}

/** @throws RekeyError `credential/unknown`, `input/invalid`, `config/invalid` when the file can't be written */
export async function reveal (flags: RevealFlags, credential: Credential, folder: string): Promise<Said> {
  const secret = secretOf(flags, credential)
  const { text, what } = shown(flags, secret)
  const notes = notesOn(flags, credential)
  if (flags.out !== undefined) await (await createNewFile(resolve(folder, flags.out))).fill(text)
  if (flags.json === true) return { out: asJson(forPrograms(flags, credential, secret)), notes: [] }
  if (flags.out === undefined) return { out: text, notes }
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

/** The secret, too, unless it went into a file. */
function forPrograms (flags: RevealFlags, credential: Credential, secret: StoredSecret): object {
  const opened = flags.public === true || flags.out !== undefined ? {} : isPassword(secret) ? { password: secret.password.open() } : { privateKey: secret.privateKey.open() }
  return {
    credential: formatName(credential.name),
    kind: credential.kind,
    fingerprint: secret.fingerprint,
    isCandidate: flags.candidate === true,
    ...isPassword(secret) ? {} : { publicKey: secret.publicKey },
    ...opened,
    file: flags.out ?? null,
    isUnderWay: isUnderWay(credential),
    hold: credential.hold?.class ?? null
  }
}

/** Whether the host may have its candidate already. */
function isUnderWay ({ candidate }: Credential): boolean {
  return typeof candidate?.sentAt === 'string'
}

function notesOn (flags: RevealFlags, credential: Credential): string[] {
  return [
    ...flags.candidate !== true && isUnderWay(credential) ? ['a rotation is under way: if the host refuses this secret, reveal it again, or with --candidate'] : [],
    ...credential.hold === null ? [] : [`it is on hold (${credential.hold.class}): rekey hold show ${formatName(credential.name)}`]
  ]
}
