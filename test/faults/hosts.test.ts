import type { CredentialState } from '@rekey/domain'
import type { LabHost } from '@rekey/lab'
import { makeKey } from '@rekey/lab'
import type { Boundary } from './harness/boundaries.ts'
import { rotationBoundaries } from './harness/boundaries.ts'
import { opens } from './harness/door.ts'
import type { Account } from './harness/fleet.ts'
import { makeFleet } from './harness/fleet.ts'
import { clearHold } from './harness/hold.ts'
import { HostGate } from './harness/host-gate.ts'
import { broken, onHost, unsettled } from './harness/invariants.ts'
import { soon, System, until } from './harness/system.ts'
import { VaultGate } from './harness/vault-gate.ts'

/*
 * What hosts do to a rotation: each test has a host of its own, spoils it, sees what people are told and that the old or
 * the new key still opens, mends it, and sees the rotation settle.
 */

const zone = 'production'
let system: System
let vault: VaultGate
const gates = new Map<string, HostGate>()

beforeAll(async () => {
  system = await System.start(makeFleet({ [zone]: 9 }), { REKEY_STEP_SECONDS: '2' })
  vault = await VaultGate.open(system.stack)
  for (const host of system.lab.hosts) {
    gates.set(host.name, await HostGate.open(host))
    await system.addHost(host.name, gates.get(host.name))
  }
  await system.startWorker(zone, { REKEY_VAULT_ADDR: vault.address })
  for (const account of system.fleet.accounts) await system.handOver(account)
  await system.allSettled(0)
})

afterAll(async () => {
  await vault.close()
  for (const gate of gates.values()) await gate.close()
  await system.stop()
})

/** The nth host, its account, and what the two say. */
function nthHost (nth: number) {
  const who = system.fleet.accounts.find(({ host }) => host === `${zone}-${nth}`)
  if (who === undefined) throw new Error(`there is no host ${nth}`)
  const host = system.lab.host(who.host)
  return {
    who,
    host,
    order: async (): Promise<number> => await system.order(zone, { hosts: [who.host] }),
    /** Waits until people are told of this failure. */
    failed: async (expected: Partial<CredentialState['lastFailure'] & object>): Promise<CredentialState> => await until(`${who.host}: ${JSON.stringify(expected)}`, async () => {
      const state = await system.state(who)
      return Object.entries(expected).every(([field, value]) => state.lastFailure?.[field as 'code'] === value) ? state : undefined
    }, 30, async () => JSON.stringify(await system.state(who))),
    settles: async (order: number): Promise<void> => {
      await system.settled(who, order)
      expect(await unsettled(system, who, order)).toEqual([])
    }
  }
}

/** Stops a worker beside an outside effect at that host, spoils the host there, and lets the worker go on. */
async function spoiltAt (who: Account, { step, when, effect }: Pick<Boundary, 'step' | 'when' | 'effect'>, begin: () => Promise<number>, spoil: () => Promise<void>): Promise<number> {
  const boundary = rotationBoundaries['ssh-key'].find((one) => one.step === step && one.when === when && one.effect === effect)
  const host = gates.get(who.host)
  if (boundary === undefined || host === undefined) throw new Error(`there is no boundary ${when} ${effect}`)
  const held = boundary.hold({ vault, host })
  const order = await begin()
  await soon(`${when} ${effect}`, held.reached)
  await spoil()
  held.release()
  return order
}

/** With the gate in front of it, which would answer for a host that is off. */
async function switchOff (host: LabHost): Promise<void> {
  await gates.get(host.name)?.shut()
  await host.stop()
}

async function switchOn (host: LabHost): Promise<void> {
  await host.start()
  await gates.get(host.name)?.reopen()
}

async function must (host: LabHost, command: string): Promise<string> {
  const { code, stdout, stderr } = await host.run(command)
  if (code !== 0) throw new Error(`${command}: ${stderr}`)
  return stdout
}

test('a host that goes off before the push is unreachable, and settles when it is back', async () => {
  const { who, host, order, failed, settles } = nthHost(1)
  const number = await spoiltAt(who, { step: 'push', when: 'halfway', effect: 'key added on the host' }, order, async () => await switchOff(host))
  expect(await failed({ class: 'unreachable', code: 'ssh/unreachable' })).toMatchObject({ status: 'rotating', hold: null })
  await switchOn(host)
  await settles(number)
})

test('a host that goes off with the old key still in place is a debt until it is back', async () => {
  const { who, host, order, failed, settles } = nthHost(1)
  const number = await spoiltAt(who, { step: 'remove', when: 'before', effect: 'old key removed on the host' }, order, async () => await switchOff(host))
  const state = await failed({ class: 'unreachable', step: 'remove' })
  expect(state).toMatchObject({ status: 'debt', order: number, hold: null, debts: [{ fingerprint: (await system.document(who))?.retired[0]?.fingerprint }] })
  await switchOn(host)
  expect(await onHost(system, who)).toContain((await system.document(who))?.epoch)
  await settles(number)
})

test('a host that freezes in the middle of a script costs one deadline, and settles when it thaws', async () => {
  const { who, host, order, failed, settles } = nthHost(2)
  const number = await spoiltAt(who, { step: 'push', when: 'halfway', effect: 'key added on the host' }, order, async () => { await host.pause() })
  await failed({ code: 'ssh/timeout' })
  await host.resume()
  await settles(number)
})

test('a host with another host key is a hold before anything is shown to it, until a person clears it', async () => {
  const { who, host, order, failed, settles } = nthHost(3)
  const key = await host.read('/etc/ssh/ssh_host_ed25519_key')
  await host.write('/etc/ssh/ssh_host_ed25519_key', makeKey().privateKey)
  await must(host, 'kill -HUP 1 && sleep 0.3')
  const before = (await host.connections()).filter(({ verdicts }) => verdicts.length > 0).length
  const number = await order()
  expect(await failed({ class: 'identity-changed', code: 'ssh/identity-changed' })).toMatchObject({ status: 'held', hold: { class: 'identity-changed' } })
  expect((await host.connections()).filter(({ verdicts }) => verdicts.length > 0)).toHaveLength(before)

  await host.write('/etc/ssh/ssh_host_ed25519_key', key)
  await must(host, 'kill -HUP 1 && sleep 0.3')
  expect(await system.state(who)).toMatchObject({ status: 'held' })
  await clearHold(system, who)
  await settles(number)
})

test('a host with a full disk keeps its key file as it was, and settles when there is room', async () => {
  const { who, host, order, failed, settles } = nthHost(4)
  const file = await host.read(`${host.home(who.account)}/.ssh/authorized_keys`)
  await fill(host)
  const number = await order()
  const state = await failed({ class: 'refused', code: 'host/refused', step: 'push' })
  expect(state).toMatchObject({ status: 'rotating', hold: null })
  expect(await host.read(`${host.home(who.account)}/.ssh/authorized_keys`)).toBe(file)
  expect(await broken(system, who)).toEqual([])
  await must(host, 'rm /home/full')
  await settles(number)
})

test('a disk that fills up before the removal leaves both keys, as a debt, until there is room', async () => {
  const { who, host, order, failed, settles } = nthHost(5)
  const number = await spoiltAt(who, { step: 'remove', when: 'before', effect: 'old key removed on the host' }, order, async () => await fill(host))
  expect(await failed({ class: 'applied', code: 'host/refused', step: 'remove' })).toMatchObject({ status: 'debt', hold: null })
  expect([(await onHost(system, who)).length, ...await broken(system, who)]).toEqual([2])
  await must(host, 'rm /home/full')
  await settles(number)
})

async function fill (host: LabHost): Promise<void> {
  await must(host, 'dd if=/dev/zero of=/home/full bs=64k 2>/dev/null || [ "$(df --output=avail /home | tail -1)" -eq 0 ]')
}

test('a read-only home refuses the push by its name, and settles when it can be written', async () => {
  const { who, host, order, failed, settles } = nthHost(6)
  await must(host, 'mount -o remount,bind,ro /home')
  const number = await order()
  const state = await failed({ class: 'refused', code: 'host/refused', step: 'push' })
  expect(state.lastFailure?.message).toContain('/home/deploy/.ssh')
  expect(await broken(system, who)).toEqual([])
  await must(host, 'mount -o remount,bind,rw /home')
  await settles(number)
})

test('an sshd that drops every session after the login proves nothing, and settles when it no longer does', async () => {
  const { who, host, order, failed, settles } = nthHost(7)
  await host.write('/etc/drop', '#!/bin/sh\nkill -9 $PPID\n')
  await must(host, `chmod 755 /etc/drop && usermod -s /etc/drop ${who.account}`)
  const number = await order()
  await failed({ code: 'ssh/dropped', step: 'push' })
  expect(await broken(system, who)).toEqual([])
  await must(host, `usermod -s /bin/bash ${who.account}`)
  await settles(number)
})

test('a host that was restored from a snapshot is brought back, and its old key is dead again', async () => {
  const { who, host, order, settles } = nthHost(8)
  const path = `${host.home(who.account)}/.ssh/authorized_keys`
  const snapshot = await host.read(path)
  await settles(await order())
  await host.write(path, snapshot)
  await settles(await order())
  expect(await system.state(who)).toMatchObject({ hold: null, drift: { endedAt: expect.any(String) as string } })
  expect(await opens(host, who.account, who.first)).toBe(false)
})

test('a fence that the account has raised is found and outrun, and one that is no number is a hold', async () => {
  const { who, host, order, failed, settles } = nthHost(9)
  const fence = `${host.home(who.account)}/.ssh/.rekey/ssh-key`
  await settles(await order())
  await host.write(fence, '711\n')
  await settles(await order())
  expect(await system.state(who)).toMatchObject({ fenceTampered: { seen: 711 } })
  await host.write(fence, 'as high as I like\n')
  const number = await order()
  expect(await failed({ code: 'host/fence-unusable' })).toMatchObject({ hold: { class: 'fence-unusable' } })
  expect(await broken(system, who)).toEqual([])
  await must(host, `rm ${fence}`)
  await clearHold(system, who)
  await settles(number)
})
