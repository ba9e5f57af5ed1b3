import { MonotonicLease } from '@rekey/queue'

let now = 0
const lease = (): MonotonicLease => new MonotonicLease(800, () => now)
const lost = expect.objectContaining({ code: 'lease/lost' }) as Error

beforeEach(() => { now = 1000 })

test('a lease is not held before Redis has confirmed it once', async () => {
  const one = lease()
  expect(() => one.assertHeld()).toThrow(lost)
  await one.renew(() => Promise.resolve(true))
  expect(() => one.assertHeld()).not.toThrow()
})

test('a lease counts from when the renewal was asked for, not from when the answer came', async () => {
  const one = lease()
  await one.renew(() => { now += 700; return Promise.resolve(true) })
  expect(() => one.assertHeld()).not.toThrow()
  now += 100
  expect(() => one.assertHeld()).toThrow(lost)
})

test('a process that was stopped finds its lease lost before any timer has run', async () => {
  const one = lease()
  await one.renew(() => Promise.resolve(true))
  now += 60_000
  expect(() => one.assertHeld()).toThrow(lost)
})

test.each<[string, () => Promise<boolean>]>([
  ['is denied', () => Promise.resolve(false)],
  ['fails', () => Promise.reject(new Error('down'))]
])('a renewal that %s leaves the lease to run out', async (_, extend) => {
  const one = lease()
  await one.renew(() => Promise.resolve(true))
  now += 500
  await one.renew(extend)
  expect(() => one.assertHeld()).not.toThrow()
  now += 300
  expect(() => one.assertHeld()).toThrow(lost)
})

test('an answer that comes late never shortens a lease that was renewed since', async () => {
  const one = lease()
  let answer = (_: boolean): void => {}
  const late = one.renew(async () => await new Promise<boolean>(resolve => { answer = resolve }))
  now += 600
  await one.renew(() => Promise.resolve(true))
  answer(true)
  await late
  now += 700
  expect(() => one.assertHeld()).not.toThrow()
})
