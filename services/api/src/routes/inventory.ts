import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { explain } from '@rekey/http'
import { needs } from '../access.ts'
import type { PortsOf } from '../caller-ports.ts'
import { takeText } from '../handed-over.ts'
import { importInventory } from '../import-inventory.ts'
import type { BodyCheck } from '../import-target.ts'
import { ImportedInventory, inventoryLimit, NewInventory } from '../schemas/inventory.ts'
import { writeProblems } from '../schemas/problem.ts'

export const inventoryRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  api.post('/inventory', {
    config: needs('operator', 'rows'),
    bodyLimit: inventoryLimit,
    schema: {
      operationId: 'importInventory',
      tags: ['hosts', 'credentials'],
      summary: 'Import an inventory',
      description: 'Adds its hosts and hands over the keys and passwords in it, as `rekey import` does; without `apply: true` it only tells what would happen. ' +
        'What is new is observed unless it says `manage: true`. Each row stands by itself: what is refused keeps nothing else back, and a second request changes nothing. ' +
        'When Vault or the audit journal goes away in between, the answer is 503, and the same request goes on there. Rows whose secret is in a file are refused: the API reads no files.',
      body: NewInventory,
      response: { 200: ImportedInventory, ...writeProblems('input/unprocessable') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    const text = takeText(request.body)
    const check: BodyCheck = (schema, body) => {
      const validate = request.compileValidationSchema(schema)
      if (!validate(body)) throw explain(validate.errors ?? [], 'body')
    }
    // The request's own signal is aborted as soon as its body has been read.
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    return await importInventory(ports, text, request.body, { check, log: request.log, signal: gone.signal })
  })
  done()
}
