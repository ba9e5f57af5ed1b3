import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@rekey/http'
import type { BrokerPorts } from './ports.ts'
import { Live, Ready } from './schemas.ts'

export const healthRoutes: FastifyPluginCallbackTypebox<{ ports: BrokerPorts }> = (app, { ports }, done) => {
  app.get('/health/live', {
    schema: { operationId: 'live', tags: ['health'], security: [], summary: 'Whether the process answers', description: 'Looks at nothing else.', response: { 200: Live, ...problems('request/too-many', 'internal/error') } }
  }, () => ({ status: 'live' }))

  app.get('/health/ready', {
    schema: {
      operationId: 'ready',
      tags: ['health'],
      security: [],
      summary: 'Whether leases can be taken',
      description: 'Vault must be unsealed and know this service.',
      response: { 200: Ready, ...problems('request/too-many', 'internal/error', 'vault/sealed', 'vault/unavailable') }
    }
  }, async () => {
    await ports.store.ready()
    return { status: 'ready' }
  })
  done()
}
