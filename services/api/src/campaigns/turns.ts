import { setTimeout as wait } from 'node:timers/promises'
import { allHosts, codeOf, noHosts } from '@rekey/domain'
import type { Log } from '@rekey/rotation'
import type { ApiPorts } from '../inventory-port.ts'
import { zoneStates } from '../credential-views.ts'
import { outcomeOf } from '../order-progress.ts'
import type { TargetPorts } from '../orders.ts'
import { readOnce } from '../read-once.ts'
import { findCampaigns, targetsOf, type ZoneCampaign } from './find.ts'

type TurnPorts = Pick<ApiPorts, 'inventory' | 'zones'>

const lookEverySeconds = 3

/**
 * Tells zones that wait for others of their campaign that it is their turn: no worker sees two zones. Nothing but waiting depends on it, as a
 * zone begins by itself in the end.
 * @returns what ends it
 */
export function startTurns (ports: TurnPorts, log: Log): () => Promise<void> {
  const stopping = new AbortController()
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await giveTurns(ports).catch((error: unknown) => { log.warn({ event: 'turns-failed', code: codeOf(error) }, 'zones of campaigns that wait for others were not looked at; they begin by themselves in the end') })
      await wait(lookEverySeconds * 1000, undefined, { signal: stopping.signal, ref: false }).catch(() => {})
    }
  })()
  return async () => {
    stopping.abort()
    await running
  }
}

export async function giveTurns (ports: TurnPorts): Promise<void> {
  const reading = { ...ports, statesIn: readOnce(async (zone: string) => await zoneStates(ports.inventory, zone)) }
  for (const { id, zones } of await findCampaigns(ports)) {
    for (const { proposal: { zone, after }, run } of zones) {
      if (run?.state !== 'running' || run.through !== noHosts || after.length === 0) continue
      const before = zones.filter(({ proposal }) => after.includes(proposal.zone))
      const through = await Promise.all(before.map(async one => await isThrough(reading, one)))
      if (!through.includes(false)) await ports.inventory.giveTurn(zone, id)
    }
  }
}

/** All hosts were tried; what is left there are debts. */
async function isThrough (ports: TargetPorts, campaign: ZoneCampaign): Promise<boolean> {
  const { run } = campaign
  if (run === undefined || run.state === 'paused') return false
  if (run.state === 'stopped') return true
  const states = await targetsOf(ports, campaign)
  return run.through === allHosts && states.every(state => outcomeOf({ number: run.order }, state) !== 'pending' || state.lastFailure !== null)
}
