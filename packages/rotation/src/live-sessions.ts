import type { LiveSessions } from '@rekey/domain'
import { isRekeyError } from '@rekey/domain'
import type { SessionsFound } from './ports.ts'
import type { Setback } from './setback.ts'
import type { Turn } from './turn.ts'
import { currentRefused } from './way-in.ts'

/** Counts who is logged in to the account, and ends that if people have approved. What a host does not tell keeps nothing waiting. */
export async function lookAtSessions (turn: Turn): Promise<Setback | undefined> {
  const { sessions, name, current } = turn.credential
  if (sessions === null) throw new Error('a step was due without the campaign that it needs')
  const session = await turn.sessionForChange() ?? await currentRefused(turn)
  if (session === undefined || 'class' in session) return session
  const { isToEnd, campaign } = sessions
  if (isToEnd) await turn.announce('end-sessions', { epoch: current.epoch, fingerprint: current.fingerprint, detail: `campaign ${campaign}` })
  turn.assertMayWrite()
  const seen = await session.liveSessions(name.account, { isToEnd }).catch(unlessOfHost)
  await turn.save({ ...turn.credential, sessions: { ...sessions, at: turn.time(), ...seen === undefined ? { note: unseen } : whatBecame(seen, isToEnd) } })
  if (isToEnd) await turn.tellOutcome('end-sessions', seen?.left === 0 ? 'done' : 'stopped', seen === undefined ? unseen : `${seen.found - seen.left} of ${seen.found} ended`)
  return undefined
}

const unseen = 'the host does not show its processes to this login (no /proc, or hidepid), or did not tell in time: look there by hand (who, loginctl)'

function whatBecame ({ found, left }: SessionsFound, isToEnd: boolean): Pick<LiveSessions, 'found' | 'ended' | 'note'> {
  const note = isToEnd && left > 0 ? `${left} could not be ended: the login is neither root nor do they belong to the account alone (Dropbear's are root's); end them by hand` : null
  return { found, ended: isToEnd ? found - left : 0, note }
}

function unlessOfHost (error: unknown): undefined {
  if (isRekeyError(error) && error.code.startsWith('ssh/')) return undefined
  throw error
}
