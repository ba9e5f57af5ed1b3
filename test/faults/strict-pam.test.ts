import type { CredentialState } from '@rekey/domain'
import { defaultPolicy } from '@rekey/domain'
import type { HostSpec } from '@rekey/lab'
import { opensForSsh } from './harness/door.ts'
import type { Account } from './harness/fleet.ts'
import { makeFleet } from './harness/fleet.ts'
import { clearHold } from './harness/hold.ts'
import { HostGate } from './harness/host-gate.ts'
import { broken, unsettled } from './harness/invariants.ts'
import { soon, System, until } from './harness/system.ts'
import { tallyOf } from './harness/tally.ts'

/*
 * What a host's own rules for passwords do to a rotation. An account that was closed stays closed here until somebody opens
 * it, so that whatever settles was never closed on the way. Each test has a host of its own.
 */

const zone = 'production'
const faillock = { deny: 3, unlockSeconds: 0 }
const hosts: ReadonlyArray<Pick<HostSpec, 'pam' | 'sshdConfig'>> = [
  { pam: { faillock, pwquality: { minlen: 16 }, pwhistory: { remember: 5 } } },
  { pam: { noDelay: true, faillock } },
  { pam: { noDelay: true, faillock }, sshdConfig: ['MaxAuthTries 2'] },
  { pam: { noDelay: true, faillock, pwhistory: { remember: 5 } } },
  { pam: { noDelay: true, faillock, pwquality: { minlen: 40 } } },
  { pam: { noDelay: true, faillock } }
]
let system: System
let slow: Promise<void>
const gates = new Map<string, HostGate>()

beforeAll(async () => {
  system = await System.start(makeFleet({ [zone]: hosts.length }, [{ operator: ['password'] }], (name) => hosts[Number(name.split('-')[1]) - 1] ?? {}))
  for (const host of system.lab.hosts) {
    gates.set(host.name, await HostGate.open(host))
    await system.addHost(host.name, gates.get(host.name))
  }
  // A first retry leaves the time to look at what is true before it.
  await system.startWorker(zone, { REKEY_BACKOFF_SECONDS: '3', REKEY_BACKOFF_MOST_SECONDS: '3' })
  for (const account of system.fleet.accounts) await system.handOver(account)
  await system.allSettled(0)
  // The one with PAM's delays takes its time while the others are tested.
  slow = (async () => {
    const { order, settles } = nthHost(1)
    for (let rotations = 0; rotations < 2; rotations += 1) await settles(await order())
  })()
  slow.catch(() => {})
})

afterAll(async () => {
  for (const gate of gates.values()) await gate.close()
  await system.stop()
})

function nthHost (nth: number) {
  const who = system.fleet.accounts.find(({ host }) => host === `${zone}-${nth}`)
  const gate = gates.get(who?.host ?? '')
  if (who === undefined || gate === undefined) throw new Error(`there is no host ${nth}`)
  return {
    who,
    gate,
    host: system.lab.host(who.host),
    order: async (): Promise<number> => await system.orderFor(who),
    settles: async (order: number): Promise<CredentialState> => {
      const state = await system.settled(who, order)
      expect(await unsettled(system, who, order)).toEqual([])
      return state
    }
  }
}

/** Somebody who does not know the password. */
async function guess (who: Account, times: number): Promise<void> {
  for (let guesses = 0; guesses < times; guesses += 1) expect(await opensForSsh(system.hostOf(who), who.account, { password: 'a guess' })).toBe(false)
}

test('failures that others have left do not add up with those of a proof', async () => {
  const { who, host, order, settles } = nthHost(2)
  await guess(who, faillock.deny - 1)
  expect(await tallyOf(host, who.account)).toBe(2)
  await settles(await order())
})

test('an sshd that ends the proof\'s connection after two failures is given one wrong password a connection, and the account stays open', async () => {
  const { order, settles } = nthHost(3)
  await settles(await order())
})

test('an account that others close between the push and its verification keeps the new password, and the rotation settles when it is opened', async () => {
  const { who, host, gate, order, settles } = nthHost(4)
  const before = await system.document(who)
  const verification = gate.stopConnection(2)
  const number = await order()
  await soon('the verification', verification.reached)
  await guess(who, faillock.deny)
  verification.release()
  const { lastFailure } = await until('a failure that people are told of', async () => {
    const state = await system.state(who)
    return state.lastFailure === null ? undefined : state
  })
  expect(lastFailure).toMatchObject({ class: 'outcome-unknown', code: 'host/tally' })
  expect((await host.run(`faillock --user ${who.account} --reset`)).code).toBe(0)
  expect(await broken(system, who)).toEqual([])
  await settles(number)
  expect((await system.document(who))?.epoch).toBe((before?.epoch ?? 0) + 1)
})

test('a host whose rules no password of the policy fulfils refuses three, then it is a hold; the old one opens, and one by a better policy settles', async () => {
  const { who, order, settles } = nthHost(5)
  const number = await order()
  const held = await until('the hold', async () => {
    const state = await system.state(who)
    return state.hold === null ? undefined : state
  })
  expect(held).toMatchObject({ status: 'held', hold: { class: 'refused-twice' }, lastFailure: { class: 'refused', code: 'host/refused-password', message: expect.stringContaining('passwordLength') as string } })
  const document = await system.document(who)
  expect(document).toMatchObject({ candidate: null, current: { epoch: 1 } })
  // The first and two more; which were never in place, and still have to be proven dead.
  expect(document?.retired).toHaveLength(3)
  expect(new Set(document?.retired.map(({ fingerprint }) => fingerprint)).size).toBe(3)
  expect(await broken(system, who, opensForSsh)).toEqual([])

  await system.setPolicy(zone, { ...defaultPolicy, passwordLength: 48 })
  await clearHold(system, who)
  await settles(number)
  expect((await system.document(who))?.history).toHaveLength(4)
})

test('a password that somebody has changed by hand is looked for so rarely that the host forgets in between, and he is not locked out', async () => {
  const { who, host, order } = nthHost(6)
  const own = { password: 'changed by hand' }
  expect((await host.run('chpasswd', `${who.account}:${own.password}\n`)).code).toBe(0)
  await order()
  const { nextAttemptAt, hold } = await until('a failure that people are told of', async () => {
    const state = await system.state(who)
    return state.lastFailure?.code === 'host/locked-out' ? state : undefined
  })
  expect(hold).toBeNull()
  expect(await tallyOf(host, who.account)).toBeLessThan(faillock.deny)
  expect(await opensForSsh(host, who.account, own)).toBe(true)
  expect(Date.parse(nextAttemptAt ?? '')).toBeGreaterThan(Date.now() + 800_000)
})

test('on a host that counts, delays and remembers, one rotation after the other settles, and the tally is empty', async () => {
  await slow
  expect((await system.state(nthHost(1).who)).rotations).toHaveLength(2)
})
