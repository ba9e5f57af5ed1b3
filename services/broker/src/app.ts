import swagger from '@fastify/swagger'
import { RekeyError } from '@rekey/domain'
import { addressKey, createApp, RateLimit, refuseUnrouted, type HttpOptions, type Rate } from '@rekey/http'
import type { FastifyInstance } from 'fastify'
import { healthRoutes } from './health.ts'
import { openapi } from './openapi.ts'
import type { BrokerPorts } from './ports.ts'
import { leaseRoutes } from './routes.ts'

export interface AppOptions extends HttpOptions {
  readonly ports: BrokerPorts
  /** Of each address: every request of a broker costs Vault and a signature. */
  readonly rate?: Rate
}

export const defaultRate: Rate = { perSecond: 10, burst: 100 }

/** The whole broker, without listening. */
export async function buildApp ({ ports, rate = defaultRate, logger, certificate }: AppOptions): Promise<FastifyInstance> {
  const app = createApp({ logger, certificate })
  const addresses = new RateLimit(rate)
  app.addHook('onRequest', (request, _reply, done) => {
    const seconds = addresses.take(addressKey(request.ip))
    done(seconds === 0 ? undefined : new RekeyError('request/too-many', `this address sends more requests than it may; nothing was done, wait ${seconds} s`, { retryAfterSeconds: seconds }))
  })
  refuseUnrouted(app)
  await app.register(swagger, openapi)
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
  await app.register(healthRoutes, { ports })
  await app.register(leaseRoutes, { ports })
  return app
}
