import type { AddressInfo } from 'node:net'
import { get, type ClientRequest, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { defaultStreamLimits, type StreamLimits } from '../src/event-stream/streams.ts'
import { startApi, token, type TestApi } from './client.ts'
import { addManaged, createWorld, settledState } from './memory-ports.ts'
import { Watcher } from './watcher.ts'

let api: TestApi
const connections: ClientRequest[] = []
beforeEach(async () => { await start() })
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.destroy()
  await api.app.close()
})

const names = ['production/web-1/deploy/ssh-key', 'production/web-2/deploy/ssh-key']

async function start (limits: Partial<StreamLimits> = {}): Promise<void> {
  const world = createWorld()
  api = await startApi(world, undefined, { ...defaultStreamLimits, look: 20, check: 100, ...limits })
  addManaged(world, ...names.map(name => settledState(name)))
  await api.post('/v1/orders', { scope: { zones: ['production'] }, reason: 'drill' })
  await api.app.listen()
}

function settle (name: string, order = 1): void {
  api.world.states.set(name, settledState(name, { order, epoch: order + 1 }))
}

async function watch (lastEventId?: string, bearer = token): Promise<Watcher> {
  const { port } = api.app.server.address() as AddressInfo
  return await new Promise((resolve, reject) => {
    connections.push(get({ port, path: '/v1/orders/production/1/events', headers: { authorization: `Bearer ${bearer}`, ...lastEventId === undefined ? {} : { 'last-event-id': lastEventId } } }, response => { resolve(new Watcher(response)) }).on('error', reject))
  })
}

describe('a stream of an order', () => {
  test('tells everything first, then what changes, then that it is done, and ends', async () => {
    const watcher = await watch()
    expect(watcher.response.headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' })
    expect(await watcher.first(1)).toMatchObject([{ event: 'order', data: { number: 1, done: false, counts: { total: 2, pending: 2 }, targets: [{ host: 'web-1', outcome: 'pending' }, { host: 'web-2' }] } }])
    settle(names[0] ?? '')
    expect((await watcher.first(2))[1]).toMatchObject({ event: 'changes', data: { counts: { settled: 1, pending: 1 }, targets: [{ host: 'web-1', outcome: 'settled' }] } })
    settle(names[1] ?? '')
    const events = await watcher.end()
    expect(events.map(({ event }) => event)).toEqual(['order', 'changes', 'changes', 'done'])
    expect(events[2]?.data.targets).toMatchObject([{ host: 'web-2' }])
    expect(watcher.text).toMatch(/^retry: 2000\n\n/)
    expect(watcher.text).not.toContain('rotations')
  })

  test('goes on after the event that was seen last, with nothing lost and nothing twice, whoever made its id', async () => {
    const [seen] = await (await watch()).first(1)
    const resumed = await watch(seen?.id)
    await sleep(200)
    expect(resumed.events).toEqual([])
    connections.pop()?.destroy()
    settle(names[1] ?? '')
    const world = api.world
    await api.app.close()
    api = await startApi(world, undefined, { ...defaultStreamLimits, look: 20 })
    await api.app.listen()
    const again = await watch(seen?.id)
    expect(await again.first(1)).toMatchObject([{ event: 'changes', data: { targets: [{ host: 'web-2' }] } }])
    settle(names[0] ?? '')
    const events = await again.end()
    expect(events.map(({ event }) => event)).toEqual(['changes', 'changes', 'done'])
    expect((await (await watch(events[1]?.id)).end()).map(({ event }) => event)).toEqual(['done'])
    expect((await watch(events[2]?.id)).response.statusCode).toBe(204)
  })

  test('begins anew for an id that this order never had, and when there are other targets', async () => {
    expect((await (await watch('42')).first(1))[0]?.event).toBe('order')
    const watcher = await watch()
    const [seen] = await watcher.first(1)
    addManaged(api.world, settledState('production/web-3/deploy/ssh-key'))
    expect((await (await watch(seen?.id)).first(1))[0]).toMatchObject({ event: 'order', data: { counts: { total: 3 } } })
  })

  test('of more targets than an id has room for is told as a whole to whoever has missed something, and to nobody else', async () => {
    addManaged(api.world, ...Array.from({ length: 600 }, (_, n) => settledState(`production/web-${n + 5}/deploy/ssh-key`)))
    const watcher = await watch()
    const [seen] = await watcher.first(1)
    expect(seen?.id?.length).toBeLessThan(50)
    settle(names[0] ?? '')
    const [, changes] = await watcher.first(2)
    expect([changes?.event, changes?.data.targets.length]).toEqual(['changes', 1])
    const [missed, upToDate] = [await watch(seen?.id), await watch(changes?.id)]
    expect(await missed.first(1)).toMatchObject([{ event: 'order', data: { counts: { total: 602, settled: 1 } } }])
    settle(names[1] ?? '')
    expect((await upToDate.first(1))[0]).toMatchObject({ event: 'changes', data: { targets: [{ host: 'web-2' }] } })
  })

  test('ends when its token is revoked, and says so', async () => {
    const issued = (await api.post('/v1/tokens', { name: 'ci', role: 'viewer', zones: ['production'] })).body as unknown as { id: string, token: string }
    const watcher = await watch(undefined, issued.token)
    await watcher.first(1)
    await api.delete(`/v1/tokens/${issued.id}`)
    expect((await watcher.end()).at(-1)).toMatchObject({ event: 'end', data: { reason: 'auth/missing' } })
  })

  test('ends when Vault is sealed, with no word of the order', async () => {
    const watcher = await watch()
    await watcher.first(1)
    api.world.vault = 'sealed'
    expect((await watcher.end()).map(({ event, data }) => event === 'end' ? data.reason : event)).toEqual(['order', 'vault/sealed'])
    expect((await watch()).response.statusCode).toBe(503)
  })

  test('does not keep the service from stopping', async () => {
    const watcher = await watch()
    await watcher.first(1)
    await api.app.close()
    expect((await watcher.end()).at(-1)).toMatchObject({ event: 'end', data: { reason: 'stopping' } })
  })
})

test('comments come in between, and in the end the client has to come again', async () => {
  await api.app.close()
  await start({ heartbeat: 50, most: 400 })
  const watcher = await watch()
  expect((await watcher.end()).at(-1)).toMatchObject({ event: 'end', data: { reason: 'time' } })
  expect(watcher.text.split('\n:\n').length).toBeGreaterThan(3)
})

test('one stream more than a caller may have is refused, and one that has ended makes room', async () => {
  await api.app.close()
  await start({ perCaller: 1 })
  await (await watch()).first(1)
  const refused = await watch()
  expect([refused.response.statusCode, refused.response.headers['retry-after']]).toEqual([429, '5'])
  connections[0]?.destroy()
  await sleep(50)
  expect((await watch()).response.statusCode).toBe(200)
})

test('a client that reads nothing is cut off', async () => {
  await api.app.close()
  await start({ unread: 300 })
  // The kernel's buffers don't hold the event that tells of all.
  const like = settledState(names[0] ?? '')
  for (let n = 0; n < 60_000; n++) api.world.states.set(`production/web-${n + 5}/deploy/ssh-key`, { ...like, host: `web-${n + 5}` })
  const { port } = api.app.server.address() as AddressInfo
  const sockets = async (): Promise<number> => await new Promise((resolve, reject) => { api.app.server.getConnections((error, count) => { if (error === null) resolve(count); else reject(error) }) })
  const response = await new Promise<IncomingMessage>(resolve => { connections.push(get({ port, path: '/v1/orders/production/1/events', headers: { authorization: `Bearer ${token}` } }, resolve)) })
  response.pause()
  expect(await sockets()).toBe(1)
  for (let waited = 0; await sockets() > 0 && waited < 100; waited++) await sleep(50)
  expect(await sockets()).toBe(0)
}, 30_000)
