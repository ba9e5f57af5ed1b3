import type { CredentialName } from '@rekey/domain'
import { formatName } from '@rekey/domain'
import type { JumpLogin, Ports } from './ports.ts'

/**
 * How to log in on a jump host, as its credential stands now: a candidate that was sent may have arrived already.
 * That it is used is recorded first. A hold does not matter: it stops changes, and this is none.
 * @returns nothing when that credential is not managed
 * @throws RekeyError `vault/*`, `audit/unwritable`
 */
export async function jumpLogin (name: CredentialName, { journal, audit }: Pick<Ports, 'journal' | 'audit'>): Promise<JumpLogin | undefined> {
  const stored = await journal.credential(name)
  if (stored === undefined) return undefined
  const { target, current, candidate } = stored.value
  await audit.record({ act: 'jump', target: formatName(name), fingerprint: current.fingerprint, epoch: current.epoch })
  return { target, secrets: candidate === null || candidate.sentAt === null ? [current] : [current, candidate] }
}
