import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { RekeyError } from '@rekey/domain'
import { Scanner } from '../src/scanner.ts'
import type { ScannerOptions } from '../src/scanner.ts'
import { Withheld } from '../src/withheld.ts'

const visitSeconds = 100
const patienceSeconds = 30
let clock: number
let due: string[]
let visits: string[]
let released: string[]
/** Hosts of campaigns, and what was asked to come first. */
let first: string[]
let raised: Array<readonly string[]>
let lines: Array<Record<string, unknown>>
let looks: number
/** What Redis makes of a request and of a release. */
let request: (hosts: readonly string[]) => void
let isInTheWay: boolean
let options: ScannerOptions
let scanner: Scanner
let withheld: Withheld

const visit = async (host: string): Promise<void> => { visits.push(host); due = due.filter(one => one !== host); await Promise.resolve() }

beforeEach(async () => {
  [clock, due, visits, released, lines, isInTheWay, looks] = [0, [], [], [], [], false, 0]
  first = []
  raised = []
  request = () => {}
  const note = (fields: Record<string, unknown>): void => { lines.push(fields) }
  withheld = new Withheld({ patienceSeconds, visitSeconds, lanes: 2, now: () => clock })
  options = {
    index: { scan: () => Promise.resolve(0), hostsDue: () => Promise.resolve(due), hostsFirst: () => first },
    queue: {
      request: hosts => { request(hosts); return Promise.resolve() },
      raise: hosts => { raised.push(hosts); return Promise.resolve() },
      release: host => { released.push(host); return Promise.resolve(isInTheWay) }
    },
    withheld,
    visit: withheld.watch(visit),
    log: { info: note, warn: note, error: note },
    scanSeconds: 0.005,
    fullScanSeconds: 1000,
    onLook: async () => { looks += 1; await Promise.resolve() }
  }
  scanner = new Scanner(options)
  await scanner.start()
})
afterEach(async () => { await scanner.stop() })

/** Lets that much time go by in steps of two seconds, with a look at each. */
async function pass (seconds: number): Promise<void> {
  for (let at = 0; at < seconds; at += 2) {
    clock += 2000
    await wait(15)
  }
}
const alarms = (): unknown[] => lines.filter(({ event }) => event === 'alarm').map(({ alarm, hosts, host }) => [alarm, hosts, host])

describe('a host that is due and asked for at every look, and that nobody visits', () => {
  test('is an alarm once something stood in its way, which is removed', async () => {
    due = ['web-1', 'web-2']
    isInTheWay = true
    await pass(patienceSeconds - 4)
    expect(released).toEqual([])
    await pass(8)
    expect(released).toEqual(['web-1', 'web-2'])
    expect(alarms()).toEqual([['visits-withheld', 2, 'web-1']])
  })

  test('is visited past the queue when that was in vain, no more hosts at once than there are lanes', async () => {
    due = ['web-1', 'web-2', 'web-3']
    await pass(patienceSeconds + 4)
    expect(alarms()).toEqual([]) // Nothing stood in the way: another worker may be there.
    await pass(visitSeconds - 8)
    expect(visits).toEqual([])
    await pass(patienceSeconds + 12)
    expect(visits.slice(0, 2)).toEqual(['web-1', 'web-2'])
    expect(alarms()[0]).toEqual(['visits-withheld', 2, 'web-1'])
  })

  test('is found while others are visited that were asked for later', async () => {
    due = ['web-1']
    const others = withheld.watch(async () => { await Promise.resolve() })
    for (let n = 0; n < 20; n++) {
      due = ['web-1', `later-${n}`]
      await pass(2)
      await others(`later-${n}`, { assertHeld () {} })
    }
    expect(new Set(released)).toEqual(new Set(['web-1']))
  })

  test('is visited though Redis does not answer at all', async () => {
    request = () => { throw new RekeyError('queue/unavailable', 'Redis did not answer') }
    due = ['web-1']
    await pass(2 * patienceSeconds + visitSeconds + 6)
    expect(visits).toEqual(['web-1'])
  })
})

describe('a host that only waits for its turn', () => {
  test('is left alone while all lanes are taken', async () => {
    due = ['web-1']
    const ends: Array<() => void> = []
    const long = withheld.watch(async () => { await new Promise<void>(resolve => { ends.push(resolve) }) })
    const all = [long('a', { assertHeld () {} }), long('b', { assertHeld () {} })]
    await pass(60)
    ends.forEach(end => { end() })
    await Promise.all(all)
    expect(released).toEqual([])
  })

  test('waits anew when Redis comes back', async () => {
    request = () => { throw new RekeyError('queue/unavailable', 'Redis did not answer') }
    due = ['web-1']
    await pass(patienceSeconds - 4)
    request = () => {}
    await pass(10)
    expect(released).toEqual([])
  })

  test('is forgotten when it is not due any more', async () => {
    due = ['web-1']
    await pass(patienceSeconds - 4)
    due = []
    await pass(4)
    due = ['web-1']
    await pass(patienceSeconds - 4)
    expect(released).toEqual([])
  })
})

test('a look is only told of when it succeeded', async () => {
  await pass(4)
  expect(looks).toBeGreaterThan(0)
  request = () => { throw new RekeyError('queue/unavailable', 'Redis did not answer') }
  due = ['web-1']
  await pass(4)
  const before = looks
  await pass(6)
  expect(looks).toBe(before)
})

test('hosts of a campaign are asked for first, and put before the others once', async () => {
  const asked: Array<readonly string[]> = []
  request = hosts => { asked.push(hosts) }
  first = ['web-3']
  due = ['web-1', 'web-2', 'web-3']
  await pass(8)
  expect(asked[0]).toEqual(['web-3', 'web-1', 'web-2'])
  expect(raised).toEqual([['web-3']])
  first = []
  await pass(4)
  first = ['web-3']
  await pass(4)
  expect(raised).toEqual([['web-3'], ['web-3']])
})

test('the last visits of a wave end the wait for the next look, and those before them do not', async () => {
  await scanner.stop()
  first = due = Array.from({ length: 20 }, (_, n) => `web-${n}`)
  let look: (number: number) => void = () => {}
  const looked = async (): Promise<number> => await new Promise<number>(resolve => { look = resolve })
  scanner = new Scanner({ ...options, scanSeconds: 3600, onLook: async () => { look(looks += 1); await Promise.resolve() } })
  looks = 0
  const one = looked()
  await scanner.start()
  expect(await one).toBe(1)
  for (const host of first.slice(0, 17)) scanner.visited(host)
  await wait(600)
  expect(looks).toBe(1)
  const two = looked()
  scanner.visited('web-17')
  expect(await two).toBe(2)
})
