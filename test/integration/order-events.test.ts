import { readFile } from 'node:fs/promises'
import { request, type RequestOptions } from 'node:https'
import type { ClientRequest } from 'node:http'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { ServiceProcess } from '@rekey/local'
import { Watcher, type WatchEvent } from '../../services/api/test/watcher.ts'
import { makeFleet } from '../faults/harness/fleet.ts'
import { soon, System, until } from '../faults/harness/system.ts'
import { DocumentedApi, type Answer } from './documented-api.ts'
import { freePort } from './free-port.ts'

/** Orders on real hosts, watched at two processes of the API over one OpenBao. */
let system: System
let second: { readonly process: ServiceProcess, readonly url: string }
let api: DocumentedApi
let metricsPort: number
let ca: string
let admin: string
const connections = new Set<ClientRequest>()

beforeAll(async () => {
  system = await System.start(makeFleet({ one: 3 }, [{ deploy: ['ssh-key'], app: ['ssh-key'] }]))
  const port = await freePort()
  metricsPort = await freePort()
  second = { process: await system.stack.startService('api', { REKEY_API_PORT: String(port), REKEY_METRICS_LISTEN: `127.0.0.1:${metricsPort}` }, 'api-2'), url: `https://127.0.0.1:${port}` }
  ca = await readFile(system.stack.caFile, 'utf8')
  admin = (await readFile(system.stack.api.tokenFile, 'utf8')).trim()
  api = await DocumentedApi.of({ caFile: system.stack.caFile, api: { ...system.stack.api, url: second.url } })
  const worker = await system.startWorker('one')
  await system.adoptAll()
  worker.kill('SIGTERM')
  await worker.exited
})
afterEach(() => {
  for (const connection of connections) connection.destroy()
  connections.clear()
})
afterAll(async () => {
  api.close()
  await system.stop()
})

async function watch (url: string, order: number, { lastEventId, token = admin }: { lastEventId?: string | undefined, token?: string } = {}): Promise<Watcher & { cut: () => void }> {
  const options: RequestOptions = { ca, agent: false, headers: { authorization: `Bearer ${token}`, ...lastEventId === undefined ? {} : { 'last-event-id': lastEventId } } }
  return await new Promise((resolve, reject) => {
    const outgoing = request(`${url}/v1/orders/one/${order}/events`, options, response => {
      resolve(Object.assign(new Watcher(response), { cut: () => { outgoing.destroy() } }))
    }).on('error', reject)
    connections.add(outgoing)
    outgoing.end()
  })
}

/** What somebody knows of the targets who has read these events, each as JSON. @throws Error for one that was told twice */
function known (events: readonly WatchEvent[]): Map<string, string> {
  const targets = new Map<string, string>()
  for (const { event, data } of events) {
    if (event === 'order') targets.clear()
    for (const target of event === 'order' || event === 'changes' ? data.targets : []) {
      const [name, text] = [`${target.host}/${target.account}`, JSON.stringify(target)]
      if (targets.get(name) === text) throw new Error(`told twice: ${text}`)
      targets.set(name, text)
    }
  }
  return targets
}

test('an order is watched until it is done, by two, while one process is killed: on the other, and on the same once it is back', async () => {
  // The order is not done before all have come again.
  const host = system.lab.host('one-3')
  await host.stop()
  const order = await system.order('one')
  const first = system.stack.api.url
  const before = [await watch(first, order), await watch(first, order)] as const
  for (const watcher of before) expect(await watcher.first(1)).toMatchObject([{ event: 'order', data: { done: false, counts: { total: 6, pending: 6 } } }])

  const worker = await system.startWorker('one')
  await before[0].first(2)
  before[0].cut()
  const process = system.stack.service('api')
  process?.kill('SIGKILL')
  await process?.exited
  const moved = await watch(second.url, order, { lastEventId: before[0].lastId })
  await system.stack.startService('api')
  const back = await watch(first, order, { lastEventId: before[1].lastId })
  await host.start()
  await until('the order is done', async () => (await api.get<{ done: boolean }>(`/v1/orders/one/${order}`)).body.done ? true : undefined)
  worker.kill('SIGTERM')

  const end = await api.get<{ targets: WatchEvent['data']['targets'] }>(`/v1/orders/one/${order}`)
  const expected = known([{ event: 'order', data: end.body as unknown as WatchEvent['data'] }])
  for (const [early, late] of [[before[0], moved], [before[1], back]] as const) {
    const rest = await late.end()
    expect(rest.map(({ event }) => event)).not.toContain('order')
    expect(rest.at(-1)).toMatchObject({ event: 'done', data: { counts: { total: 6, settled: 6 } } })
    expect(known([...early.events, ...rest])).toEqual(expected)
    expect((await watch(first, order, { lastEventId: late.lastId })).response.statusCode).toBe(204)
  }
  await worker.exited
})

/** An order that nobody carries out. */
async function waiting (token?: string): Promise<Watcher> {
  const watcher = await watch(second.url, await system.order('one'), token === undefined ? {} : { token })
  await watcher.first(1)
  return watcher
}

test('a stream ends within a second or so of the revocation of its token at another process', async () => {
  const issued: Answer<{ id: string, token: string }> = await api.post('/v1/tokens', { name: 'ci', role: 'viewer', zones: ['one'] })
  const watcher = await waiting(issued.body.token)
  await system.api.must('DELETE', `/v1/tokens/${issued.body.id}`)
  expect((await soon('the end', watcher.end(), 5)).at(-1)).toMatchObject({ event: 'end', data: { reason: 'auth/missing' } })
})

test('a stream ends when Vault is sealed, says so, and goes on afterwards', async () => {
  const order = await system.order('one')
  const watcher = await watch(second.url, order)
  await watcher.first(1)
  await system.stack.sealVault()
  try {
    expect((await watcher.end()).map(({ event, data }) => event === 'end' ? data.reason : event)).toEqual(['order', expect.stringMatching(/^vault\/(sealed|unavailable)$/)])
    expect((await watch(second.url, order, { lastEventId: watcher.lastId })).response.statusCode).toBe(503)
  } finally {
    await system.stack.unsealVault()
  }
  await until('it goes on', async () => (await watch(second.url, order, { lastEventId: watcher.lastId })).response.statusCode === 200 ? true : undefined)
})

test('streams are counted, and keep no process from stopping', async () => {
  const watchers = [await waiting(), await waiting()]
  await until('both are counted', async () => /^rekey_api_order_streams 2$/m.test(await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()) ? true : undefined)
  second.process.kill('SIGTERM')
  await soon('the process stops', second.process.exited, 8)
  for (const watcher of watchers) expect((await watcher.end()).at(-1)).toMatchObject({ event: 'end', data: { reason: 'stopping' } })
})
