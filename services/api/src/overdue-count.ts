import type { Registry } from '@rekey/metrics'
import { zoneStates } from './credential-views.ts'
import { dueTimes } from './due-times.ts'
import type { ApiPorts } from './inventory-port.ts'
import { measureByZone, ZoneCounts } from './zone-counts.ts'

/** How many secrets of each zone should have been replaced by now. */
export class OverdueCount {
  readonly #counts: ZoneCounts<number>

  constructor ({ zones, inventory, now }: Pick<ApiPorts, 'zones' | 'inventory' | 'now'>) {
    this.#counts = new ZoneCounts(zones, async zone => (await dueTimes(await zoneStates(inventory, zone), { inventory, now })).filter(({ overdue }) => overdue).length)
  }

  async byZone (): Promise<ReadonlyMap<string, number>> {
    return await this.#counts.byZone()
  }

  /** What a probe should know beside that the API is ready: it serves all the same. */
  async remark (): Promise<string | undefined> {
    const sum = [...(await this.byZone()).values()].reduce((all, one) => all + one, 0)
    return sum === 0 ? undefined : `overdue secrets: ${sum}`
  }
}

export function measureOverdue (count: OverdueCount, registry: Registry): void {
  measureByZone(count, registry, {
    name: 'rekey_overdue',
    help: 'Credentials whose secret should have been replaced by now, by zone: past its due time and `overdueAfterSeconds`; counted at most once a minute',
    of: (overdue) => overdue
  })
}
