import type { Credential } from '@rekey/domain'
import { isPassword } from '@rekey/domain'
import { handleFence } from '../fence.ts'
import type { Change, Session } from '../ports.ts'
import { burn } from '../recover.ts'
import type { Setback } from '../setback.ts'
import type { Turn } from '../turn.ts'
import { lockdownOver } from './over.ts'
import { lockBegun, lockTaken } from './transitions.ts'

/**
 * Locks every secret of the credential that may open the account. It is done over the host's recovery credential, so that the way back is known to be open
 * before anything is taken, and no locked secret is needed for it. Done twice it is as if done once.
 */
export async function lock (turn: Turn): Promise<Setback | undefined> {
  const session = await turn.sessionOfRecovery()
  if ('class' in session) return session
  const { credential } = turn
  const run = lockdownOver(credential, turn.facts)
  await turn.announce('lock', { epoch: credential.epoch, fingerprint: credential.current.fingerprint, detail: `campaign ${(run ?? credential.lock)?.campaign ?? ''}, by ${turn.recoveryName()}` })
  if (run !== undefined) await turn.save(lockBegun(credential, run, turn.time()))
  await burn(turn, turn.recoveryName())
  turn.assertMayWrite()
  const change = await turn.sending(async () => await strip(session, turn.credential))
  if (change.outcome === 'refused') {
    return { class: 'refused', code: change.account?.code ?? 'host/refused', message: `The host did not let it be locked: ${change.reason}. Nothing was changed there, and it still opens.` }
  }
  if (change.outcome !== 'applied') return await handleFence(turn, change)
  await turn.save(lockTaken(turn.credential, turn.time()))
  return undefined
}

/** The document's epoch is above that of each secret that was ever sent: from now on the host refuses whoever still wants to push one. */
async function strip (session: Session, { name, epoch, current, retired }: Credential): Promise<Change> {
  const keys = [current, ...retired].flatMap((secret) => isPassword(secret) ? [] : [secret.publicKey])
  return keys.length === 0 ? await session.lockPassword({ credential: name, epoch }) : await session.lockKeys({ credential: name, epoch, keys })
}
