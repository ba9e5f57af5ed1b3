import { beforeAll, expect, test } from '@jest/globals'
import type { FastifyInstance } from 'fastify'
import { malformed, methodsOf, operationsOf, undescribed, type Document } from '../../api/test/document-checks.ts'
import { buildApp, type BrokerPorts } from '../src/index.ts'

let app: FastifyInstance
let document: Document

beforeAll(async () => {
  // The document needs nothing that a broker reaches.
  app = await buildApp({ ports: { zone: 'production' } as BrokerPorts })
  document = (await app.inject('/openapi.json')).json()
})

test('the document is well-formed OpenAPI 3.1', async () => {
  expect(await malformed(document)).toEqual([])
})

test('it lists every operation and no other, each with what opens it', () => {
  const operations = operationsOf(document)
  expect(Object.fromEntries(operations.map(([name, { security }]) => [name, security]))).toEqual({
    'DELETE /v1/leases/{id}': [{ leaseSecret: [] }],
    'GET /health/live': [],
    'GET /health/ready': [],
    'POST /v1/leases': [{ token: [] }],
    'POST /v1/leases/{id}/renew': [{ leaseSecret: [] }]
  })
  // Beside them only the document itself: a route that nobody described would show here.
  expect(methodsOf(app)).toBe(operations.length + 1)
})

test('it says of every operation what it does, with examples of request, answer and each refusal', () => {
  expect(operationsOf(document).flatMap(undescribed)).toEqual([])
})
