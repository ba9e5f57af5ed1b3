import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Account } from '../faults/harness/fleet.ts'
import { makeFleet } from '../faults/harness/fleet.ts'
import type { ReceivedSpan } from '../faults/harness/collector.ts'
import { Collector } from '../faults/harness/collector.ts'
import { System, until } from '../faults/harness/system.ts'
import { freePort } from './free-port.ts'

/** A zone with one host; the API and its worker send traces to a collector. */

const zone = 'one'
let collector: Collector
let system: System
let account: Account

beforeAll(async () => {
  collector = await Collector.start()
  system = await System.start(makeFleet({ [zone]: 1 }, [{ deploy: ['ssh-key'] }]), collector.settings)
  const [first] = system.fleet.accounts
  if (first === undefined) throw new Error('a fleet without an account')
  account = first
  await system.startWorker(zone)
  await system.adoptAll()
})
afterAll(async () => {
  await system.stop()
  await collector.close()
})

/** The worker that runs is ended, and another one started. @returns how many seconds the end took */
async function restartWorker (settings: Record<string, string>): Promise<number> {
  const worker = system.stack.service(`worker-${zone}`)
  const begun = performance.now()
  worker?.kill('SIGTERM')
  await worker?.exited
  const seconds = (performance.now() - begun) / 1000
  await system.startWorker(zone, settings)
  return seconds
}

async function found (what: string, is: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> {
  return await until(what, () => Promise.resolve(collector.spans.find(is)), 15, () => JSON.stringify(collector.spans.map(({ service, name, attributes }) => [service, name, attributes]).slice(-40)))
}

/** The parts of a span, in the order in which they began. */
function parts (of: ReceivedSpan): ReceivedSpan[] {
  return collector.spans.filter(({ traceId, parentSpanId }) => traceId === of.traceId && parentSpanId === of.spanId)
    .sort((one, other) => BigInt(one.startTimeUnixNano) < BigInt(other.startTimeUnixNano) ? -1 : 1)
}

async function logOf (service: string): Promise<string> {
  return await readFile(system.stack.service(service)?.logFile ?? '', 'utf8')
}

test('an order is one trace, and the visit that carries it out another one that links to it, with its steps and logins', async () => {
  const order = await system.order(zone)
  await system.settled(account, order)
  const visit = await found('the visit', ({ name, links }) => name === 'visit' && links.length > 0)
  const request = await found('the request', ({ spanId }) => spanId === visit.links[0]?.spanId)

  expect(request).toMatchObject({ service: 'rekey-api', name: 'POST /v1/orders', kind: 2, traceId: visit.links[0]?.traceId, status: { code: 0 } })
  expect(request.parentSpanId ?? '').toBe('')
  expect(request.attributes).toMatchObject({ 'http.request.method': 'POST', 'http.route': '/v1/orders', 'http.response.status_code': 202 })
  expect(await logOf('api')).toContain(String(request.attributes['rekey.request']))
  expect(parts(request)).toEqual([expect.objectContaining({ name: 'request visits', kind: 4, attributes: { 'rekey.zone': zone, 'messaging.batch.message_count': 1 } })])

  expect(visit).toMatchObject({ service: 'rekey-worker', kind: 5, status: { code: 0 }, attributes: { 'rekey.zone': zone, 'rekey.host': account.host } })
  expect(visit.traceId).not.toBe(request.traceId)
  expect(await logOf(`worker-${zone}`)).toContain(String(visit.attributes['rekey.visit']))
  const steps = parts(visit)
  expect(steps.map(({ name }) => name)).toEqual(['store', 'push', 'verify', 'remove', 'prove'])
  for (const step of steps) expect(step.attributes).toEqual({ 'rekey.credential': `${zone}/${account.host}/deploy/ssh-key`, 'rekey.order': order })
  // Three connections: remove goes on to use that of verify.
  expect(steps.map((step) => parts(step).map(({ name, kind }) => [name, kind]))).toEqual([[], [['ssh login', 3]], [['ssh login', 3]], [], [['ssh login', 3]]])
  const { port, address } = system.lab.host(account.host)
  expect(steps.flatMap(parts)[0]?.attributes).toMatchObject({ 'server.address': address, 'server.port': port })
})

test('what the API answers does not tell of traces, and the order in Vault does', async () => {
  const order = await system.api.must<object>('GET', `/v1/orders/${zone}/1`)
  expect(order).not.toHaveProperty('traceparent')
  const { body } = await system.operator(zone).send('GET', `rekey-${zone}/data/orders/1`)
  expect((body as { data: { data: object } }).data.data).toHaveProperty('traceparent', expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/))
})

test('a request is named by its route and never by its path, and of the server only its own failures are errors', async () => {
  await system.api.call('GET', `/v1/orders/${zone}/404`)
  await system.api.call('GET', '/v1/no-such-route/no-such-host')
  const request = await found('the request', ({ attributes }) => attributes['http.response.status_code'] === 404)
  expect(request).toMatchObject({ name: 'GET /v1/orders/:zone/:number', status: { code: 0 }, attributes: { 'http.route': '/v1/orders/:zone/:number' } })
  await found('the other one', ({ name }) => name === 'GET')
  expect(JSON.stringify(collector.spans)).not.toContain('no-such')
})

test('a client does not choose the trace; its own is linked to, unless it is none', async () => {
  const theirs = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) }
  await system.api.call('GET', '/v1/orders', undefined, { traceparent: `00-${theirs.traceId}-${theirs.spanId}-01` })
  await system.api.call('GET', '/v1/tokens', undefined, { traceparent: `00-${'0'.repeat(32)}-${theirs.spanId}-01` })
  const request = await found('the request', ({ name }) => name === 'GET /v1/orders')
  expect(request.links).toEqual([expect.objectContaining(theirs)])
  expect(request.traceId).not.toBe(theirs.traceId)
  expect(await found('the other one', ({ name }) => name === 'GET /v1/tokens')).toMatchObject({ links: [] })
})

test('a step that is stopped says the code of its failure, and no text', async () => {
  const host = system.hostOf(account)
  await host.stop()
  const order = await system.order(zone)
  const step = await found('the step that was stopped', ({ name, status }) => name === 'push' && status.code === 2)
  await host.start()
  await system.settled(account, order)
  expect(step).toMatchObject({ name: 'push', status: { message: 'ssh/unreachable' }, attributes: { 'error.type': 'ssh/unreachable', 'rekey.failure.class': 'unreachable' } })
  expect(parts(step)).toEqual([expect.objectContaining({ name: 'ssh login', status: { code: 2, message: 'ssh/unreachable' } })])
})

test('with a collector that is away, refuses or is silent, a rotation works as before, the log says so once, and the worker ends in time', async () => {
  const toldOf = async (event: string): Promise<number> => (await logOf(`worker-${zone}`)).split(`"event":"${event}"`).length - 1
  await restartWorker({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}` })
  await system.settled(account, await system.order(zone))
  await until('the log says so', async () => await toldOf('traces-lost') === 1 ? true : undefined)
  expect(await restartWorker({})).toBeLessThan(8)

  const before = await toldOf('traces-lost')
  for (const mode of ['refuses', 'silent'] as const) {
    collector.mode = mode
    const asked = collector.askedBy('rekey-worker')
    await system.settled(account, await system.order(zone))
    await until(`the collector ${mode}`, () => Promise.resolve(collector.askedBy('rekey-worker') > asked ? true : undefined))
    await until('the log says so', async () => await toldOf('traces-lost') === before + 1 ? true : undefined)
  }
  collector.mode = 'takes'
  await system.settled(account, await system.order(zone))
  await until('spans are taken again', async () => await toldOf('traces-taken') === 1 ? true : undefined)
  collector.mode = 'silent'
  await system.settled(account, await system.order(zone))
  expect(await restartWorker({})).toBeLessThan(8)
  collector.mode = 'takes'
})

test('switched off, which is the default, nothing is sent and OpenTelemetry is not loaded', async () => {
  await restartWorker({ OTEL_TRACES_EXPORTER: 'none' })
  const before = collector.spans.filter(({ service }) => service === 'rekey-worker').length
  await system.settled(account, await system.order(zone))
  await wait(2000)
  expect(collector.spans.filter(({ service }) => service === 'rekey-worker')).toHaveLength(before)

  const loaded = async (exporter: string): Promise<number> => {
    const program = `import('@rekey/tracing').then(async ({ startTracing }) => {
      await startTracing({ OTEL_TRACES_EXPORTER: '${exporter}', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }, { service: 'test', log: console })
      console.log(Object.keys(require.cache).filter(path => path.includes('@opentelemetry')).length)
      process.exit()
    })`
    return Number((await promisify(execFile)(process.execPath, ['-e', program])).stdout)
  }
  expect(await loaded('otlp')).toBeGreaterThan(50)
  expect(await loaded('none')).toBe(0)
})
