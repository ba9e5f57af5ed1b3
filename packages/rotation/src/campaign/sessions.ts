import type { Credential, LiveSessions, Making } from '@rekey/domain'
import { covers } from '@rekey/domain'
import type { Facts } from '../facts.ts'
import { subjectOf } from '../facts.ts'

/** Whether somebody is to look who is logged in: a campaign has had this secret replaced. Of several, the last one says what becomes of them. */
export function sessionsToSee (credential: Credential, successor: Making, { campaigns, orders, labels }: Facts): LiveSessions | null {
  const behind = campaigns.filter((run) => run.state !== 'stopped' && credential.current.order < run.order && run.order <= successor.order &&
    orders.some(({ number, scope }) => number === run.order && covers(scope, subjectOf(credential), labels)))
  const last = behind.toSorted((a, b) => a.order - b.order).at(-1)
  if (last === undefined) return credential.sessions
  return { campaign: last.campaign, isToEnd: behind.some(({ endsSessions }) => endsSessions === true), at: null, found: null, ended: 0, note: null }
}
