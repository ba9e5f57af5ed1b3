import type { CampaignRun } from '@rekey/domain'
import { allHosts, noHosts } from '@rekey/domain'

/**
 * What became of a campaign on one host.
 * - `pending`  not tried yet
 * - `proven`   everything that it covers there is replaced, and the old is proven dead
 * - `failed`   tried, and stopped by something on the host: what the breaker counts
 * - `away`     out of reach: a debt, which no further host makes worse
 */
export type HostOutcome = 'pending' | 'proven' | 'failed' | 'away'

export interface HostInSequence {
  readonly place: string
  readonly outcome: HostOutcome
}

export interface WaveRules {
  readonly breakerPercent: number
  /** Whether the zones before this one are through, or have been waited for. */
  readonly isTurn: boolean
  readonly now: Date
}

/** The first wave: a fiftieth of the hosts, within these bounds. */
const canary = { part: 50, least: 2, most: 10 } as const
/** Each wave makes the hosts that were reached so many times as many. */
const growth = 4
/** A wave is left behind when so few of the hosts that were reached have not been tried to the end, and in any case after so many seconds. */
const straggling = { percent: 10, last: 120 } as const
/** Fewer failures than this are an accident. */
const fewFailures = 2

/**
 * The next wave of a campaign in one zone, or why there is none: canary, then waves that grow, until all hosts are reached.
 * @param hosts in any order
 * @returns nothing while the present wave goes on
 */
export function nextWave (run: CampaignRun, hosts: readonly HostInSequence[], { breakerPercent, isTurn, now }: WaveRules): Pick<CampaignRun, 'through' | 'waveAt' | 'breaker'> | undefined {
  if (run.state !== 'running' || run.through === allHosts || run.breaker !== null || (run.through === noHosts && !isTurn)) return undefined
  const places = hosts.map(({ place }) => place).sort()
  const reached = hosts.filter(({ place }) => place <= run.through)
  const count = (outcome: HostOutcome): number => reached.filter((host) => host.outcome === outcome).length
  const waveAt = now.toISOString()

  const [failed, tried] = [count('failed'), count('failed') + count('proven')]
  if (!run.isBreakerOff && failed >= fewFailures && failed * 100 > breakerPercent * tried) {
    return { ...run, breaker: { at: waveAt, reason: `${failed} of ${tried} hosts that were tried have failed, and more than ${breakerPercent} % are too many: no further host is touched until people say so` } }
  }
  const seconds = (now.getTime() - Date.parse(run.waveAt)) / 1000
  const pending = count('pending')
  const isOver = isNearlyOver(pending, reached.length) || seconds > straggling.last
  if (!isOver) return undefined
  const size = Math.max(reached.length * growth, Math.min(canary.most, Math.max(canary.least, Math.ceil(places.length / canary.part))))
  return { ...run, through: places.length <= size ? allHosts : places[size - 1] ?? allHosts, waveAt }
}

/** Whether so few of a wave's hosts are left that the next one need not wait for them. */
export function isNearlyOver (left: number, all: number): boolean {
  return left * 100 <= straggling.percent * all
}
