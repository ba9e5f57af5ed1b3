import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from '@jest/globals'
import Fastify from 'fastify'
import { demandDeclarations, needs, openToAnybody } from '../src/access.ts'
import { startApi } from './client.ts'

const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8')

/** How docs/api.md words where a request names its zone. */
const words: Record<string, string> = {
  path: 'in the path',
  body: '`zone` in the body',
  query: '`zone` in the query; without it, the caller\'s zones',
  scope: '`scope.zones`; without it, the caller\'s zones',
  rows: 'of each row',
  token: 'all zones of the token',
  caller: 'the caller\'s zones'
}

interface Operation {
  readonly security: ReadonlyArray<{ readonly token?: readonly string[] }>
  readonly 'x-rekey-zone'?: string
}

let operations: Array<[string, Operation]>
beforeAll(async () => {
  const { body } = await (await startApi()).send({ method: 'GET', url: '/openapi.json' })
  operations = Object.entries((body as unknown as { paths: Record<string, Record<string, Operation>> }).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method.toUpperCase()} ${path}`, operation]))
})

test.each([
  ['nothing', undefined],
  ['something else', { rateLimit: 5 }]
])('a route that declares %s of who may use it stops the service from starting', async (_what, config) => {
  const app = Fastify()
  demandDeclarations(app)
  app.get('/open', { config: openToAnybody }, () => 'open')
  app.get('/closed', { config: needs('viewer', 'query') }, () => 'closed')
  await app.register((scope, _options, done) => {
    scope.post('/forgotten', config === undefined ? {} : { config }, () => 'forgotten')
    done()
  }, { prefix: '/v1' })
  await expect(app.ready()).rejects.toThrow(/^POST \/v1\/forgotten must declare who may use it/)
})

test('docs/api.md tells of every operation whom it lets in and where its zone is found, as it is declared', () => {
  const table = page.split('## Roles and zones')[1]?.split('\n## ')[0] ?? ''
  const told = [...table.matchAll(/^\| `([A-Z]+ \/[^`]*)` \| ([a-z]+) \| (.*) \|$/gm)].map(([, ...cells]) => cells)
  const declared = operations.map(([name, { security, 'x-rekey-zone': zone }]) => {
    const role = security[0]?.token?.[0]
    return [name, role ?? 'anybody', role === undefined ? '–' : words[zone ?? '']]
  })
  expect(told.toSorted()).toEqual(declared.toSorted())
})
