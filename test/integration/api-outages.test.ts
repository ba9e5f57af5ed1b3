import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { makeKey } from '@rekey/lab'
import { pidOf } from '../faults/harness/redis.ts'
import { soon, until } from '../faults/harness/system.ts'
import { ApiSystem } from './api-system.ts'
import type { Answer, Problem } from './documented-api.ts'

let system: ApiSystem

beforeAll(async () => {
  system = await ApiSystem.start(68)
  await system.adopt('web-1/deploy', 'web-2/deploy', 'store-1/deploy')
})
afterAll(async () => await system.stop())

const order = { scope: { hosts: ['web-1'] }, reason: 'an outage' }
const idempotency = { 'idempotency-key': 'an-outage' }
const host = () => ({ zone: 'production', id: 'web-9', address: `127.1.${system.subnet}.9`, trustOnFirstUse: true })
const inventory = () => ({ format: 'rekey', zone: 'production', text: `hosts: [{id: web-8, address: 127.1.${system.subnet}.8, trust: first-use}]`, apply: true })
const credential = () => ({ zone: 'production', host: 'web-1', account: 'ops', privateKey: makeKey().privateKey })

/** Each operation, as a request that is answered well in good times. */
const operations: ReadonlyArray<[string, () => Promise<Answer<Problem>>]> = [
  ['adding a host', async () => await system.api.post('/v1/hosts', host())],
  ['listing hosts', async () => await system.api.get('/v1/hosts')],
  ['handing over a key', async () => await system.api.post('/v1/credentials', credential())],
  ['importing an inventory', async () => await system.api.post('/v1/inventory', inventory())],
  ['listing credentials', async () => await system.api.get('/v1/credentials')],
  ['looking at a credential', async () => await system.api.get('/v1/credentials/production/web-1/deploy/ssh-key')],
  ['releasing a host', async () => await system.api.post('/v1/hosts/production/web-1/manage', { reason: 'an outage' })],
  ['proposing a redirect', async () => await system.api.post('/v1/hosts/production/web-1/redirects', { address: `127.1.${system.subnet}.7`, reason: 'an outage' })],
  ['proposing a leave', async () => await system.api.post('/v1/hosts/production/web-1/leave', { reason: 'an outage' })],
  ['listing proposals', async () => await system.api.get('/v1/proposals')],
  ['placing an order', async () => await system.api.post('/v1/orders', order, idempotency)],
  ['trying an order', async () => await system.api.post('/v1/orders', { ...order, dryRun: true })],
  ['listing orders', async () => await system.api.get('/v1/orders')],
  ['looking at an order', async () => await system.api.get('/v1/orders/production/1')]
]

async function health (): Promise<[live: number, ready: number, detail: string]> {
  const [live, ready] = [await system.api.get('/health/live'), await system.api.get('/health/ready')]
  return [live.status, ready.status, ready.body.detail]
}

const ready = async () => await until('ready', async () => (await system.api.get('/health/ready')).status === 200 ? true : undefined)

test('in good times live and ready say so', async () => {
  expect([await system.api.get('/health/live'), await system.api.get('/health/ready')]).toEqual([
    expect.objectContaining({ status: 200, body: { status: 'live' } }), expect.objectContaining({ status: 200, body: { status: 'ready' } })
  ])
})

describe('when Vault crashes and comes back sealed, in the middle of an order,', () => {
  let accepted: number
  let before: unknown

  beforeAll(async () => {
    // The one host that the order needs is off, so that nothing of it is done before the crash.
    await system.lab.host('web-2').stop()
    accepted = await system.order('web-2')
    before = await lists()
    process.kill(system.stack.vault.pid, 'SIGKILL')
    await until('Vault gone', () => Promise.resolve(system.stack.vault.pid === 0 ? true : undefined))
  })

  /** What is there, whatever workers are doing with it. */
  const lists = async () => {
    const { hosts, orders, credentials } = await system.api.everything()
    return { hosts, orders, credentials: credentials.map(({ zone, host, account, name }) => ({ zone, host, account, name })) }
  }

  describe('while Vault is gone,', () => {
    test.each(operations)('%s is refused with 503 within 2 s', async (what, ask) => {
      const { status, headers, body } = await soon(what, ask(), 2)
      expect([status, body.code, Number(headers['retry-after']) > 0]).toEqual([503, 'vault/unavailable', true])
    })

    test('live stays live, and ready says so', async () => {
      expect(await health()).toEqual([200, 503, 'Vault does not serve us'])
    })
  })

  describe('while Vault is sealed,', () => {
    beforeAll(async () => await system.stack.sealVault())

    test.each(operations)('%s is refused with 503 within 2 s that says so and what to do', async (what, ask) => {
      const { status, headers, body } = await soon(what, ask(), 2)
      expect([status, body.code, Number(headers['retry-after']) > 0]).toEqual([503, 'vault/sealed', true])
      expect(body.detail).toMatch(/sealed.*unseal it/)
    })

    test('live stays live, and ready says so', async () => {
      expect(await health()).toEqual([200, 503, 'Vault is sealed'])
    })
  })

  describe('once Vault is unsealed,', () => {
    beforeAll(async () => {
      await system.lab.host('web-2').start()
      await system.stack.unsealVault()
      await ready()
    })

    test('what was refused has left nothing behind, and what was accepted before is carried out', async () => {
      expect(await lists()).toEqual(before)
      expect((await system.done('production', accepted)).targets).toEqual([expect.objectContaining({ host: 'web-2', outcome: 'settled' })])
      expect((await system.view(system.place('web-2/deploy'))).rotations[0]?.proof).toMatchObject({ oldRefused: [system.place('web-2/deploy').key.fingerprint] })
    })

    test.each(operations)('%s is answered again', async (_what, ask) => {
      expect((await ask()).status).toBeLessThan(300)
    })

    test('the order that was refused and sent again is there once, and carried out', async () => {
      expect((await system.api.post('/v1/orders', order, idempotency)).body).toMatchObject({ orders: [{ zone: 'production', number: accepted + 1 }] })
      await until('settled', async () => (await system.view(system.place('web-1/deploy'))).order === accepted + 1 ? true : undefined)
      expect((await lists()).orders).toHaveLength(2)
    })
  })
})

describe.each<[string, NodeJS.Signals]>([['is gone', 'SIGKILL'], ['is frozen', 'SIGSTOP']])('when Redis %s,', (what, signal) => {
  let redis: number
  let placed: number
  beforeAll(async () => {
    redis = await pidOf(system.stack, 'redis')
    process.kill(redis, signal)
  })

  test('ready says so, and live stays live', async () => {
    expect(await soon('health', health(), 5)).toEqual([200, 503, 'Redis does not answer'])
  })

  test('all that Vault keeps is accepted all the same', async () => {
    const id = `spare-${signal.toLowerCase()}`
    expect((await system.api.post('/v1/hosts', { ...host(), id })).status).toBe(201)
    expect((await system.api.post('/v1/credentials', { ...credential(), host: id })).status).toBe(202)
    placed = await soon('an order', system.order('store-1'), 5)
    expect((await system.api.get(`/v1/orders/backup/${placed}`)).body).toMatchObject({ done: false, counts: { total: 1, pending: 1 } })
  })

  test('the order is carried out once Redis is back, though nothing of it was queued', async () => {
    if (what === 'is frozen') process.kill(redis, 'SIGCONT')
    else await system.stack.restartRedis()
    await ready()
    expect(await system.done('backup', placed)).toMatchObject({ counts: { total: 1, settled: 1 } })
  })
})
