import type { CredentialState } from '@rekey/domain'
import { zoneStates, type UnseenState } from '../credential-views.ts'
import { reread } from '../event-stream/reread.ts'
import type { Inventory } from '../inventory-port.ts'
import { outcomeOf } from '../order-progress.ts'
import { targetsIn } from '../orders.ts'
import type { FoundCampaign, ZoneCampaign } from './find.ts'

type States = ReadonlyArray<CredentialState | UnseenState>

/** How long what is settled is believed to be so, and nothing new to have come, in milliseconds. */
const believedMs = 30_000

interface Kept {
  /** When all of the zone was read. */
  readonly readAt: number
  readonly states: States
}

/**
 * States of the zones of campaigns, for people who watch a campaign. To read all of a zone takes several requests to Vault for each credential, which the
 * campaign itself then lacks. So what a campaign has settled is not read at each look: only what is open is, and all every half minute. Those who ask
 * at the same time share a look.
 */
export class KeptStates {
  readonly #kept = new Map<string, Kept>()
  readonly #looks = new Map<string, Promise<States>>()

  /** The states of a zone of this campaign, for `TargetPorts`. @throws RekeyError `vault/*` */
  statesIn (inventory: Inventory, campaign: FoundCampaign): (zone: string) => Promise<Array<CredentialState | UnseenState>> {
    return async zone => {
      const one = campaign.zones.find(({ proposal }) => proposal.zone === zone)
      if (one === undefined) return await zoneStates(inventory, zone)
      const key = `${zone} ${campaign.id} ${one.run?.order ?? 0}`
      const look = this.#looks.get(key) ?? this.#look(inventory, one, key).finally(() => this.#looks.delete(key))
      this.#looks.set(key, look)
      return [...await look]
    }
  }

  async #look (inventory: Inventory, { proposal: { zone, scope }, run }: ZoneCampaign, key: string): Promise<States> {
    this.#forgetOld()
    const kept = this.#kept.get(key)
    const fresh = kept === undefined ? undefined : await again(kept.states)
    const next = fresh === undefined || kept === undefined
      ? { readAt: performance.now(), states: await zoneStates(inventory, zone) }
      : { readAt: kept.readAt, states: fresh }
    this.#kept.set(key, next)
    return next.states

    async function again (states: States): Promise<States | undefined> {
      const targets = await targetsIn({ inventory, statesIn: async () => await Promise.resolve([...states]) }, zone, scope, run?.order)
      return await reread(inventory, states, targets.map(state => ({ ...state, outcome: outcomeOf({ number: run?.order ?? Infinity }, state) })))
    }
  }

  #forgetOld (): void {
    for (const [key, { readAt }] of this.#kept) {
      if (performance.now() - readAt >= believedMs) this.#kept.delete(key)
    }
  }
}
