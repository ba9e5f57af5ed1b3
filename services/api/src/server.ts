import type { Certificate } from '@rekey/http/certificate'
import type { Registry } from '@rekey/metrics'
import type { Tracer } from '@rekey/tracing'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { readAdminToken } from './admin-token.ts'
import { buildApp } from './app.ts'
import { startTurns } from './campaigns/turns.ts'
import type { ApiPorts } from './inventory-port.ts'
import type { Environment } from './config.ts'

/** Listens by HTTPS on the configured address. */
export async function startServer (environment: Environment, ports: ApiPorts, logger: Logger, { certificate, metrics, tracer }: { certificate: Certificate, metrics?: Registry | undefined, tracer?: Tracer | undefined }): Promise<FastifyInstance> {
  const adminToken = readAdminToken(environment.REKEY_API_TOKEN_HASH_FILE)
  if (adminToken().endsAt === undefined) logger.warn({ event: 'admin-token-endless' }, 'the admin token never ends: write into the file of its hash when it does')
  const app = await buildApp({
    ports,
    metrics,
    tracer,
    adminToken,
    limits: {
      caller: { perSecond: environment.REKEY_API_REQUESTS_PER_SECOND, burst: environment.REKEY_API_REQUEST_BURST },
      address: { perSecond: environment.REKEY_API_ADDRESS_REQUESTS_PER_SECOND, burst: environment.REKEY_API_ADDRESS_REQUEST_BURST }
    },
    logger,
    certificate
  })
  const stopTurns = startTurns(ports, logger)
  app.addHook('onClose', stopTurns)
  await app.listen({ host: environment.REKEY_API_HOST, port: environment.REKEY_API_PORT, listenTextResolver: () => 'listening' })
  logger.info({ event: 'ready', host: environment.REKEY_API_HOST, port: environment.REKEY_API_PORT }, 'the API listens')
  return app
}
