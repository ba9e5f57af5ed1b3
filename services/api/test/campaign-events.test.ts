import type { AddressInfo } from 'node:net'
import { get, type ClientRequest } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Campaign } from '@rekey/domain'
import { defaultStreamLimits } from '../src/event-stream/streams.ts'
import { startApi, token, type TestApi } from './client.ts'
import { addManaged, createWorld, noon, settledState } from './memory-ports.ts'
import { Watcher } from './watcher.ts'

let api: TestApi
let id: string
const connections: ClientRequest[] = []
const names = ['production/web-1/deploy/ssh-key', 'production/web-2/deploy/ssh-key']

beforeEach(async () => {
  const world = createWorld()
  addManaged(world, ...names.map(name => settledState(name)), settledState('backup/store-1/root/ssh-key'))
  await start(world)
  id = ((await api.post('/v1/campaigns', { kind: 'revoke-all', scope: { zones: ['production'], all: true }, reason: 'theft' })).body as unknown as { id: string }).id
})
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.destroy()
  await api.app.close()
})

async function start (world: ReturnType<typeof createWorld>): Promise<void> {
  api = await startApi(world, undefined, { ...defaultStreamLimits, look: 20, check: 100 })
  await api.app.listen()
}

/** The zone's worker starts it under the order 3. */
function begin (through: string): void {
  const proposal = api.world.proposals.find((one): one is Campaign => one.kind === 'campaign')?.number ?? 0
  api.world.campaigns.set(`production/${id}`, { campaign: id, proposal, order: 3, startedAt: noon.toISOString(), approvedBy: 'ada', breakGlass: null, endsTokens: false, state: 'running', steering: 0, through, waveAt: noon.toISOString(), breaker: null, isBreakerOff: false })
}

function settle (name: string): void {
  api.world.states.set(name, settledState(name, { order: 3, epoch: 4 }))
}

async function watch (lastEventId?: string, bearer = token, of = id): Promise<Watcher> {
  const { port } = api.app.server.address() as AddressInfo
  return await new Promise((resolve, reject) => {
    connections.push(get({ port, path: `/v1/campaigns/${of}/events`, headers: { authorization: `Bearer ${bearer}`, ...lastEventId === undefined ? {} : { 'last-event-id': lastEventId } } }, response => { resolve(new Watcher(response)) }).on('error', reject))
  })
}

describe('a stream of a campaign', () => {
  test('tells everything first, then what changes, of the campaign alone too, then that it is done', async () => {
    const watcher = await watch()
    expect(await watcher.first(1)).toMatchObject([{ event: 'campaign', data: { id, stillUsable: 2, zones: [{ status: 'proposed' }], targets: [{ host: 'web-1', outcome: 'pending' }, { host: 'web-2' }] } }])
    begin('')
    expect((await watcher.first(2))[1]).toMatchObject({ event: 'changes', data: { zones: [{ status: 'waiting', order: 3 }], targets: [] } })
    settle(names[0] ?? '')
    expect((await watcher.first(3))[2]).toMatchObject({ event: 'changes', data: { stillUsable: 1, targets: [{ host: 'web-1', outcome: 'settled' }] } })
    settle(names[1] ?? '')
    const events = await watcher.end()
    expect(events.map(({ event }) => event)).toEqual(['campaign', 'changes', 'changes', 'changes', 'done'])
    expect(events.at(-1)).toMatchObject({ data: { id, done: true, stillUsable: 0 } })
  })

  test('goes on after the event that was seen last, at another process too', async () => {
    const [seen] = await (await watch()).first(1)
    const { world } = api
    for (const connection of connections.splice(0)) connection.destroy()
    await api.app.close()
    await start(world)
    begin('~')
    settle(names[1] ?? '')
    const again = await watch(seen?.id)
    expect(await again.first(1)).toMatchObject([{ event: 'changes', data: { stillUsable: 1, targets: [{ host: 'web-2' }] } }])
    settle(names[0] ?? '')
    const events = await again.end()
    expect((await watch(events.at(-1)?.id)).response.statusCode).toBe(204)
  })

  test('is told to those who see one of its zones, and to nobody else', async () => {
    const { token: other } = (await api.post('/v1/tokens', { name: 'ci', role: 'viewer', zones: ['backup'] })).body as unknown as { token: string }
    expect((await watch(undefined, other)).response.statusCode).toBe(404)
    expect((await watch(undefined, token, '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b')).response.statusCode).toBe(404)
  })
})
