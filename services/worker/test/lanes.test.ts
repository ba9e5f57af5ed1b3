import { setImmediate as turn } from 'node:timers/promises'
import { Secret } from '@rekey/domain'
import type { SecretValue } from '@rekey/domain'
import type { Contact, HostAccess } from '@rekey/rotation'
import { makeKey } from '@rekey/ssh'
import { Lanes, lending } from '@rekey/worker'

const password: SecretValue = { password: Secret.of('p'), fingerprint: 'p' }
const target = { address: '127.1.0.1', port: 22, hostKeys: [], account: 'root', via: null }

/** Something that goes on until it is told to end. */
function task (): { work: () => Promise<void>, end: () => void, readonly begun: boolean } {
  let begun = false
  let end = (): void => {}
  const ended = new Promise<void>((resolve) => { end = resolve })
  return {
    work: async () => {
      begun = true
      await ended
    },
    end: () => { end() },
    get begun () { return begun }
  }
}

/** Hosts whose contacts last until they are told to end. */
function slowHosts (): { hosts: HostAccess, end: () => void } {
  const contact = task()
  return {
    hosts: {
      contact: async (_target, secrets) => {
        await contact.work()
        return { verdicts: secrets.map(() => 'refused'), hostKey: '' } satisfies Contact
      }
    },
    end: contact.end
  }
}

test('no more work at once than there are lanes, and in the order in which it came', async () => {
  const lanes = new Lanes(2)
  const tasks = [task(), task(), task(), task()]
  const done = tasks.map(async ({ work }) => lanes.hold(work))
  await turn()
  expect(tasks.map(({ begun }) => begun)).toEqual([true, true, false, false])
  tasks[1]?.end()
  await turn()
  expect(tasks.map(({ begun }) => begun)).toEqual([true, true, true, false])
  for (const { end } of tasks) end()
  await Promise.all(done)
})

test('work that fails gives its lane back', async () => {
  const lanes = new Lanes(1)
  await expect(lanes.hold(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await expect(lanes.hold(() => lanes.lend(() => Promise.reject(new Error('no'))))).rejects.toThrow('no')
  expect(await lanes.hold(() => Promise.resolve('in'))).toBe('in')
})

test.each<[string, string, SecretValue]>([['a password', 'lends', password], ['a key', 'keeps', makeKey()]])(
  'a visit that waits for the verdict on %s %s its lane', async (_, what, secret) => {
    const lanes = new Lanes(1)
    const { hosts, end } = slowHosts()
    const slow = lanes.hold(async () => lending(hosts, lanes).contact(target, [secret]))
    const other = task()
    const second = lanes.hold(other.work)
    await turn()
    await turn()
    expect(other.begun).toBe(what === 'lends')
    end()
    other.end()
    await Promise.all([slow, second])
  })

test('who lent his lane goes on only when one is free again', async () => {
  const lanes = new Lanes(1)
  const { hosts, end } = slowHosts()
  let isBack = false
  const slow = lanes.hold(async () => {
    await lending(hosts, lanes).contact(target, [password])
    isBack = true
  })
  const other = task()
  const second = lanes.hold(other.work)
  await turn()
  end()
  await turn()
  expect(isBack).toBe(false)
  other.end()
  await Promise.all([slow, second])
  expect(isBack).toBe(true)
})
