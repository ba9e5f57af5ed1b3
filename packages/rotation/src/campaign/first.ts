import type { CampaignRun, Order } from '@rekey/domain'
import { covers, isLockedBy, isReached, placeInSequence } from '@rekey/domain'
import { subjectOf } from '../facts.ts'
import type { SeenHost } from './look.ts'

/** Hosts that a campaign has reached and where it has something to revoke, in its sequence: they are visited before all others. */
export function hostsToRevoke (hosts: ReadonlyMap<string, SeenHost>, { orders, campaigns }: { readonly orders: readonly Order[], readonly campaigns: readonly CampaignRun[] }): string[] {
  const running = campaigns.flatMap((run) => orders.filter(({ number }) => run.state === 'running' && number === run.order).map((order) => ({ run, order })))
  const found = running.flatMap(({ run, order }) => [...hosts].flatMap(([host, { record, outlines }]) => {
    const labels = record?.labels ?? {}
    const isOwed = isReached(run, host, labels) && outlines.some((outline) => outline.current.order < order.number && !isLockedBy(order.number, outline) && covers(order.scope, subjectOf(outline), labels))
    return isOwed ? [{ host, place: placeInSequence(run.campaign, host, labels) }] : []
  }))
  return [...new Set(found.sort((a, b) => a.place < b.place ? -1 : 1).map(({ host }) => host))]
}
