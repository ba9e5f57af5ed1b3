import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { makeKey } from '@rekey/lab'
import { startStack, stateRoot } from '@rekey/local'
import type { Stack } from '@rekey/local'
import { DocumentedApi } from '../integration/documented-api.ts'
import type { Operation } from '../integration/documented-api.ts'
import { examples, ofViewer, phases, seed } from './extent.ts'
import { fuzz } from './schemathesis.ts'

/** Every operation of the API's document is tried with what its schemas take and what they don't, on a real Vault and Redis. */

const minutes = Math.ceil(examples / 100) * 20
const dir = join(stateRoot, `test-fuzz-${process.pid}`)
let stack: Stack
let api: DocumentedApi
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-fuzz-'))
  // The networks of the document's examples; nothing is dialled, as no worker runs.
  stack = await startStack({ dir, services: false, zones: ['production', 'backup'].map(name => ({ name, allowedNetworks: ['10.0.0.0/8'] })) })
  const most = '1000000000'
  await stack.startService('api', { REKEY_API_REQUESTS_PER_SECOND: most, REKEY_API_REQUEST_BURST: most, REKEY_API_ADDRESS_REQUESTS_PER_SECOND: most, REKEY_API_ADDRESS_REQUEST_BURST: most })
  api = await DocumentedApi.of(stack)
}, 120_000)

afterAll(async () => {
  api.close()
  await stack.stop()
  await Promise.all([dir, folder].map(async one => await rm(one, { recursive: true, force: true })))
})

/** So that the document's examples meet more than a 404. */
async function addWhatExamplesName (): Promise<void> {
  const [place, reason] = [{ zone: 'production', host: 'web-1', account: 'deploy' }, 'what the examples name']
  for (const [path, body] of [
    ['/v1/hosts', { zone: 'production', id: 'web-1', address: '10.20.0.7', trustOnFirstUse: true, labels: { role: 'frontend' } }],
    ['/v1/credentials', { ...place, privateKey: makeKey().privateKey }],
    ...Array.from({ length: 7 }, () => ['/v1/orders', { scope: { zones: ['production'] }, reason }] as const),
    ...Array.from({ length: 7 }, () => ['/v1/hosts/production/web-1/redirects', { port: 2222, reason }] as const)
  ] as const) expect((await api.post(path, body)).status).toBeLessThan(300)
}

/** What doesn't hold for an operation, as lines of the configuration. */
function exceptions ({ name, method, headers }: Operation): string[] {
  const settings = [
    // The ids that answers have named are few; without them there are enough others. The stateful phase deletes those.
    ...method === 'DELETE' ? ['phases.fuzzing.extra-data-sources.responses = false'] : [],
    // An ETag stands in quotes (RFC 9110, 8.8.3), and this phase sends it without them and calls that right.
    ...headers.includes('if-match') ? ['phases.coverage.checks.positive_data_acceptance.enabled = false'] : []
  ]
  return settings.length === 0 ? [] : ['[[operations]]', `include-name = ${JSON.stringify(name)}`, ...settings]
}

/** What schemathesis needs to know, and may. @param token the caller's @param exceptions further lines */
function configFor (token: string, exceptions: readonly string[] = []): string[] {
  return [
    `tls-verify = ${JSON.stringify(stack.caFile)}`,
    `headers = { Authorization = ${JSON.stringify(`Bearer ${token.trim()}`)} }`,
    // What the schemas take is never malformed (400); it may be refused for what it says or for what there is.
    '[checks]',
    'positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "412", "422"]',
    // What breaks a schema by its length may break the limits of all requests first.
    'negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429", "431"]',
    ...exceptions
  ]
}

/** A stream of events lasts, so its requests are tried while there is nothing yet that it could tell of. */
const streams = (): string[] => api.operations.filter(({ answers }) => [...answers.keys()].some(answer => answer.endsWith(' text/event-stream'))).map(({ name }) => name)

test(`no operation fails, or answers what it does not document (seed ${seed}: REKEY_FUZZ_SEED=${seed} npm run fuzz)`, async () => {
  const run = {
    url: `${stack.api.url}/openapi.json`,
    examples,
    seed,
    config: configFor(await readFile(stack.api.tokenFile, 'utf8'), [
      // There it takes the id of one thing for the name of another, whatever that name's schema says, and calls that right.
      '[phases.stateful.checks]',
      'positive_data_acceptance.enabled = false',
      ...api.operations.flatMap(exceptions)
    ])
  }
  const ofStreams = await fuzz({ ...run, folder: join(folder, 'streams'), only: streams(), phases: phases.filter(phase => phase !== 'stateful') })
  await addWhatExamplesName()
  const ofRest = await fuzz({ ...run, folder: join(folder, 'rest'), without: streams(), phases })
  expect(ofStreams.failures + ofRest.failures).toBe('')
  const requests = new Map([...ofStreams.requests, ...ofRest.requests])
  const sent = api.operations.map(({ name, isVaried }) => ({ name, sent: requests.get(name) ?? 0, least: isVaried ? examples : 1 }))
  expect(sent.length).toBeGreaterThan(15)
  expect(sent.filter(({ sent, least }) => sent < least)).toEqual([])
}, minutes * 60_000)

test('nor does any fail a viewer, and none that needs more takes what he sends', async () => {
  const { status, body: { token } } = await api.post<{ token: string }>('/v1/tokens', { name: 'fuzzed', role: 'viewer', zones: ['production', 'backup'] })
  expect(status).toBe(201)
  const { failures, taken } = await fuzz({ url: `${stack.api.url}/openapi.json`, folder: join(folder, 'viewer'), ...ofViewer, seed, config: configFor(token, api.operations.flatMap(exceptions)), without: streams() })
  expect(failures).toBe('')
  const beyond = api.operations.filter(({ role }) => role !== undefined && role !== 'viewer').map(({ name }) => name)
  expect(beyond.length).toBeGreaterThan(10)
  expect([...taken].filter(name => beyond.includes(name))).toEqual([])
  // A viewer's own word is taken, or all the refusals would show nothing.
  expect([...taken]).toContain('GET /v1/credentials')
}, minutes * 60_000)

test('and a server that fails, or answers what it does not document, is found', async () => {
  const number = (maximum: number) => ({ in: 'query', name: 'n', required: true, schema: { type: 'integer', minimum: 0, maximum } })
  const answers = { 200: { description: 'ok', content: { 'application/json': { schema: { type: 'object', required: ['n'], additionalProperties: false, properties: { n: { type: 'integer' } } } } } } }
  const document = {
    openapi: '3.1.0',
    info: { title: 'wrong', version: '1' },
    paths: Object.fromEntries(['/fails', '/lies', '/takes-anything'].map(path => [path, { get: { parameters: [number(1000)], responses: { ...answers, 400: { description: 'no' } } } }]))
  }
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const n = Number(searchParams.get('n'))
    const [status, body] = pathname === '/openapi.json'
      ? [200, document]
      : pathname === '/fails' && n > 500
        ? [500, {}]
        : pathname !== '/takes-anything' && !(Number.isInteger(n) && n >= 0 && n <= 1000) ? [400, {}] : [200, { n: pathname === '/lies' && n > 500 ? 'many' : 1 }]
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/openapi.json`
    const { failures } = await fuzz({ url, folder: join(folder, 'wrong'), config: [], examples: 20, seed, phases: ['coverage', 'fuzzing'] })
    expect(failures).toMatch(/GET \/fails .*Server error.*curl -X GET/s)
    expect(failures).toMatch(/GET \/lies .*Response violates schema/s)
    expect(failures).toMatch(/GET \/takes-anything .*(schema-violating|Schema-invalid|accepted)/si)
  } finally {
    server.close()
    server.closeAllConnections()
  }
}, 120_000)
