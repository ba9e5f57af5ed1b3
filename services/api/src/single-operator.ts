import { isSingleOperator, policyAmong, type PolicyInForce } from '@rekey/domain'
import type { Registry } from '@rekey/metrics'
import type { ApiPorts, Inventory } from './inventory-port.ts'
import { measureByZone, ZoneCounts } from './zone-counts.ts'

/** A zone's policy as its worker counts by it: where one person is to be enough, it is asked whether anybody else has ever approved of anything there. */
export async function policyOf (inventory: Inventory, zone: string): Promise<PolicyInForce> {
  const found = await inventory.policy(zone)
  return isSingleOperator(found.policy) ? { ...found, policy: policyAmong(found.policy, await inventory.isOneAlone(zone)) } : found
}

/** In which zones one person alone is enough for a campaign. */
export class SingleOperators {
  readonly #zones: ZoneCounts<boolean>

  constructor ({ zones, inventory }: Pick<ApiPorts, 'zones' | 'inventory'>) {
    this.#zones = new ZoneCounts(zones, async zone => isSingleOperator((await policyOf(inventory, zone)).policy))
  }

  async byZone (): Promise<ReadonlyMap<string, boolean>> {
    return await this.#zones.byZone()
  }

  /** What a probe should know: it is no failure, and nothing to forget. */
  async remark (): Promise<string | undefined> {
    const found = [...await this.byZone()].flatMap(([zone, isAlone]) => isAlone ? [zone] : [])
    return found.length === 0 ? undefined : `single-operator mode: ${found.sort().join(', ')}`
  }
}

export function measureSingleOperators (found: SingleOperators, registry: Registry): void {
  measureByZone(found, registry, { name: 'rekey_single_operator', help: 'Whether one person alone is enough for a campaign, by zone; looked at once a minute at most', of: Number })
}
