import { holdsZone, type ApiToken } from '@rekey/domain'
import type { ApiPorts } from '../inventory-port.ts'

/** How long a look is believed, in milliseconds: as long as a token's document. */
const freshMs = 500

interface Look {
  readonly begunAt: number
  /** By zone: when the last campaign began that ends tokens. */
  readonly starts: Promise<ReadonlyMap<string, string>>
}

/**
 * Tokens that a campaign has ended: those made before it that may do something in one of its zones. Whoever has stolen one is out within a
 * second in every process. People come back with their Vault logins, or with the set-up's token.
 */
export class EndedTokens {
  readonly #ports: Pick<ApiPorts, 'inventory' | 'zones'>
  #last: Look | undefined

  constructor (ports: Pick<ApiPorts, 'inventory' | 'zones'>) {
    this.#ports = ports
  }

  /**
   * When a campaign began that has ended the token, if one has.
   * @param isNewest whether its present secret was shown, and not the one before, which may be as old as the token
   * @throws RekeyError `vault/*`
   */
  async endOf ({ zones, createdAt, rotatedAt }: ApiToken, isNewest: boolean): Promise<string | undefined> {
    const madeAt = Date.parse(isNewest ? rotatedAt ?? createdAt : createdAt)
    const starts = await this.#starts()
    return [...starts].find(([zone, at]) => holdsZone(zones, zone) && madeAt < Date.parse(at))?.[1]
  }

  async #starts (): Promise<ReadonlyMap<string, string>> {
    if (this.#last === undefined || performance.now() - this.#last.begunAt >= freshMs) this.#last = { begunAt: performance.now(), starts: this.#look() }
    return await this.#last.starts
  }

  async #look (): Promise<ReadonlyMap<string, string>> {
    const { inventory, zones } = this.#ports
    const found = await Promise.all(zones.map(async ({ name: zone }) => {
      const starts = (await inventory.campaigns(zone)).filter(({ endsTokens }) => endsTokens).map(({ startedAt }) => startedAt).sort()
      return starts.slice(-1).map(at => [zone, at] as const)
    }))
    return new Map(found.flat())
  }
}
