import type { StoredSecret } from '@rekey/domain'
import type { Session } from './ports.ts'
import { send } from './send.ts'
import type { Setback } from './setback.ts'
import { store } from './store.ts'
import { reopen } from './transitions.ts'
import type { Turn } from './turn.ts'

/**
 * An earlier secret opens the account, and the current one does not: its host was restored from a snapshot, or somebody put the old secret back. What was
 * proven of the host before holds no longer: the old secrets are debts again. A successor is put in place over the one that opens, and the rotation goes on
 * from there to the proof that all of them are dead.
 * @param session a login with it
 */
export async function rollForward (turn: Turn, opened: StoredSecret, session: Session): Promise<Setback | undefined> {
  await turn.announce('restore', { epoch: turn.credential.epoch, fingerprint: opened.fingerprint, detail: `epoch ${opened.epoch} opens again, the current one is refused` })
  await turn.save(reopen(turn.credential, opened, turn.time()))
  turn.ports.log.warn({ event: 'host-restored', credential: turn.name, epoch: opened.epoch }, 'an earlier secret opens the account and the current one does not: the host was restored from a snapshot; a successor is put in place')
  if (turn.credential.candidate === null) {
    const unstored = await store(turn)
    if (unstored !== undefined) return unstored
  }
  // An account that runs no commands is changed through another one.
  const acting = turn.credential.through === null ? session : await turn.sessionForChange()
  return acting === undefined || 'class' in acting ? acting : await send(turn, acting, opened)
}
