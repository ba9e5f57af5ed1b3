import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { RekeyError } from '@rekey/domain'
import { problems } from '@rekey/http'
import { openToAnybody } from '../access.ts'
import type { ApiPorts } from '../inventory-port.ts'
import { closed } from '../schemas/fields.ts'

const Live = Type.Object({ status: Type.String() }, { ...closed, description: 'The process answers', examples: [{ status: 'live' }] })
const Ready = Type.Object({ status: Type.String() }, { ...closed, description: 'Vault and Redis answer too', examples: [{ status: 'ready' }] })

export const healthRoutes: FastifyPluginCallbackTypebox<{ ports: ApiPorts }> = (api, { ports }, done) => {
  api.get('/health/live', {
    config: openToAnybody,
    schema: { operationId: 'live', tags: ['health'], summary: 'Whether the process answers', description: 'Looks at nothing else.', response: { 200: Live, ...problems('request/too-many', 'internal/error') } }
  }, () => ({ status: 'live' }))

  api.get('/health/ready', {
    config: openToAnybody,
    schema: {
      operationId: 'ready',
      tags: ['health'],
      summary: 'Whether requests can be served',
      description: 'Vault must be unsealed and know this service, and Redis must answer. The problem says which does not. ' +
        'Without Redis, requests are still carried out, only later: workers scan Vault.',
      response: { 200: Ready, ...problems('request/too-many', 'internal/error', 'vault/sealed', 'vault/unavailable', 'queue/unavailable') }
    }
  }, async () => {
    const [vault, queue] = await Promise.allSettled([ports.inventory.ready(), ports.queueReady()])
    const codes = [vault, queue].flatMap(check => check.status === 'rejected' ? [check.reason instanceof RekeyError ? check.reason.code : 'internal/error' as const] : [])
    const [first] = codes
    if (first === undefined) return { status: 'ready' }
    // Anybody may ask: which part is away, and no more.
    throw new RekeyError(first, [
      ...vault.status === 'rejected' ? [codes[0] === 'vault/sealed' ? 'Vault is sealed' : 'Vault does not serve us'] : [],
      ...queue.status === 'rejected' ? ['Redis does not answer'] : []
    ].join('; '))
  })
  done()
}
