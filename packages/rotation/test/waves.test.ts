import type { CampaignRun } from '@rekey/domain'
import { allHosts, noHosts, placeInSequence } from '@rekey/domain'
import { nextWave } from '../src/campaign/waves.ts'
import type { HostInSequence, HostOutcome } from '../src/campaign/waves.ts'

const begun = Date.parse('2026-01-02T03:04:05Z')
const rules = { breakerPercent: 30, isTurn: true, now: new Date(begun) }
const run: CampaignRun = {
  campaign: '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b',
  proposal: 1,
  order: 1,
  startedAt: new Date(begun).toISOString(),
  approvedBy: 'ada',
  breakGlass: null,
  endsTokens: true,
  state: 'running',
  steering: 0,
  through: noHosts,
  waveAt: new Date(begun).toISOString(),
  breaker: null,
  isBreakerOff: false
}
const after = (seconds: number) => ({ ...rules, now: new Date(begun + seconds * 1000) })

/** Hosts in their sequence; those from `from` on are pending. */
function fleet (count: number, outcomes: (index: number) => HostOutcome = () => 'pending'): HostInSequence[] {
  return Array.from({ length: count }, (_, index) => ({ place: `50-${String(index).padStart(6, '0')}`, outcome: outcomes(index) }))
}

/** How many hosts are reached after each wave, when all of them go well. */
function waves (count: number): number[] {
  const reached: number[] = []
  let at = run
  for (let hosts = fleet(count); at.through !== allHosts; hosts = fleet(count, index => index < (reached.at(-1) ?? 0) ? 'proven' : 'pending')) {
    at = { ...at, ...nextWave(at, hosts, rules) }
    reached.push(at.through === allHosts ? count : hosts.filter(({ place }) => place <= at.through).length)
  }
  return reached
}

test('a canary goes first, and waves that grow follow', () => {
  expect(waves(10_000)).toEqual([10, 40, 160, 640, 2560, 10_000])
  expect(waves(200)).toEqual([4, 16, 64, 200])
  expect(waves(8)).toEqual([2, 8])
  expect([waves(2), waves(1), waves(0)]).toEqual([[2], [1], [0]])
})

test('the next wave waits for this one, not for a tenth of it, and for nobody longer than two minutes', () => {
  const at = { ...run, through: '50-000019' }
  const hosts = (pending: number) => fleet(200, index => index >= 20 || index < pending ? 'pending' : 'proven')
  expect(nextWave(at, hosts(2), rules)?.through).toBe('50-000079')
  expect(nextWave(at, hosts(3), after(119))).toBeUndefined()
  expect(nextWave(at, hosts(20), after(121))?.through).toBe('50-000079')
})

test('hosts that are out of reach hold nothing up', () => {
  expect(nextWave({ ...run, through: '50-000003' }, fleet(200, index => index < 4 ? 'away' : 'pending'), rules)).toMatchObject({ through: '50-000015', breaker: null })
})

test('no wave begins when too many have failed, and the reason says how many', () => {
  const at = { ...run, through: '50-000009' }
  const failing = (failed: number) => fleet(200, index => index >= 10 ? 'pending' : index < failed ? 'failed' : 'proven')
  expect(nextWave(at, failing(3), rules)).toMatchObject({ breaker: null, through: '50-000039' })
  expect(nextWave(at, failing(4), rules)).toMatchObject({ through: '50-000009', breaker: { reason: expect.stringContaining('4 of 10 hosts that were tried have failed') as string } })
  expect(nextWave({ ...at, breaker: { at: run.startedAt, reason: 'x' } }, failing(0), rules)).toBeUndefined()
  expect(nextWave({ ...at, isBreakerOff: true }, failing(10), rules)).toMatchObject({ breaker: null, through: '50-000039' })
})

test('one failure alone stops nothing', () => {
  expect(nextWave({ ...run, through: '50-000001' }, fleet(100, index => index === 0 ? 'failed' : index === 1 ? 'proven' : 'pending'), rules)?.breaker).toBeNull()
})

test.each<[string, Partial<CampaignRun>, Partial<typeof rules>]>([
  ['is paused', { state: 'paused' }, {}],
  ['is stopped', { state: 'stopped' }, {}],
  ['has reached all', { through: allHosts }, {}],
  ['waits for its turn', {}, { isTurn: false }]
])('a campaign that %s begins no wave', (_, changes, other) => {
  expect(nextWave({ ...run, ...changes }, fleet(10), { ...rules, ...other })).toBeUndefined()
})

test('hosts come by their rank, and in each rank as if by lot, another one in each campaign', () => {
  const place = (host: string, rank?: string, campaign = run.campaign): string => placeInSequence(campaign, host, rank === undefined ? {} : { 'revoke-rank': rank })
  expect(place('z', '5') < place('a', '10')).toBe(true)
  expect(place('z', '10') < place('a')).toBe(true)
  expect(place('a', 'first').startsWith('50-')).toBe(true)
  const hosts = Array.from({ length: 50 }, (_, index) => `web-${index}`)
  const order = (campaign: string): string[] => hosts.toSorted((a, b) => place(a, undefined, campaign) < place(b, undefined, campaign) ? -1 : 1)
  expect(order('x')).not.toEqual(order('y'))
  expect(order('x')).not.toEqual(hosts)
})
