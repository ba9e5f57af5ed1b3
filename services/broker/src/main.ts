import { Certificate } from '@rekey/http/certificate'
import { createLogger, runService } from '@rekey/http/service'
import { readSettings } from '@rekey/http/settings'
import { remarkOnCertificates, serveMetrics } from '@rekey/metrics'
import { buildApp } from './app.ts'
import { compose } from './compose.ts'
import { Environment } from './config.ts'
import { registryOf, vaultTrouble } from './metrics.ts'

const logger = createLogger(`broker-${process.env['REKEY_ZONE'] ?? ''}`, process.env['REKEY_LOG_LEVEL'])

await runService('the broker', logger, async () => {
  const environment = readSettings(Environment, process.env, 'the broker')
  const certificate = new Certificate({ certFile: environment.REKEY_BROKER_TLS_CERT_FILE, keyFile: environment.REKEY_BROKER_TLS_KEY_FILE }, 'REKEY_BROKER')
  const { ports, certificate: toVault, backlog, close } = await compose(environment, logger)
  const certificates = { Vault: toVault, callers: certificate }
  const app = await buildApp({
    ports,
    logger,
    rate: { perSecond: environment.REKEY_BROKER_REQUESTS_PER_SECOND, burst: environment.REKEY_BROKER_REQUEST_BURST },
    certificate
  })
  await app.listen({ host: environment.REKEY_BROKER_HOST, port: environment.REKEY_BROKER_PORT, listenTextResolver: () => 'listening' })
  logger.info({ event: 'ready', host: environment.REKEY_BROKER_HOST, port: environment.REKEY_BROKER_PORT }, 'the broker listens')
  const listen = environment.REKEY_METRICS_LISTEN
  const monitor = listen === undefined ? undefined : await serveMetrics({ listen, registry: registryOf(environment.REKEY_ZONE, { certificates, backlog }), trouble: async () => await vaultTrouble(ports), remark: () => remarkOnCertificates(certificates) })
  return {
    stopMs: 10_000,
    async stop () {
      await monitor?.close()
      await app.close()
      await close()
    }
  }
})
