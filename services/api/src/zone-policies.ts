import { isSingleOperator, policyAmong, type PolicyInForce } from '@rekey/domain'
import { joinRemarks, type Registry } from '@rekey/metrics'
import type { ApiPorts, Inventory } from './inventory-port.ts'
import { measureByZone, ZoneCounts } from './zone-counts.ts'

/** A zone's policy as its worker counts by it: where one person is to be enough, it is asked whether anybody else has ever approved of anything there. */
export async function policyOf (inventory: Inventory, zone: string): Promise<PolicyInForce> {
  const found = await inventory.policy(zone)
  return isSingleOperator(found.policy) ? { ...found, policy: policyAmong(found.policy, await inventory.isOneAlone(zone)) } : found
}

interface Noteworthy {
  /** One person alone is enough for a campaign. */
  readonly isAlone: boolean
  /** Somebody has written what would weaken the policy in force, and others have not approved of it. */
  readonly isWaiting: boolean
}

/** What of the zones' policies somebody should know who looks at the API only. */
export class ZonePolicies {
  readonly #zones: ZoneCounts<Noteworthy>

  constructor ({ zones, inventory }: Pick<ApiPorts, 'zones' | 'inventory'>) {
    this.#zones = new ZoneCounts(zones, async zone => {
      const { policy, waits } = await policyOf(inventory, zone)
      return { isAlone: isSingleOperator(policy), isWaiting: waits !== undefined }
    })
  }

  async byZone (): Promise<ReadonlyMap<string, Noteworthy>> {
    return await this.#zones.byZone()
  }

  /** What a probe should know: it is no failure, and nothing to forget. */
  async remark (): Promise<string | undefined> {
    const found = [...await this.byZone()].sort(([a], [b]) => a < b ? -1 : 1)
    const remarkOn = (what: string, zones: readonly string[]): string | undefined => zones.length === 0 ? undefined : `${what}: ${zones.join(', ')}`
    return joinRemarks(
      remarkOn('single-operator mode', found.flatMap(([zone, { isAlone }]) => isAlone ? [zone] : [])),
      remarkOn('a weaker policy waits for approval', found.flatMap(([zone, { isWaiting }]) => isWaiting ? [zone] : []))
    )
  }
}

export function measureZonePolicies (found: ZonePolicies, registry: Registry): void {
  measureByZone(found, registry, { name: 'rekey_single_operator', help: 'Whether one person alone is enough for a campaign, by zone; looked at once a minute at most', of: ({ isAlone }) => Number(isAlone) })
  measureByZone(found, registry, { name: 'rekey_policy_waits', help: 'Whether somebody has written a weaker policy that waits for approval, by zone; looked at once a minute at most', of: ({ isWaiting }) => Number(isWaiting) })
}
