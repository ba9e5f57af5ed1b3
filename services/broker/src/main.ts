import { codeOf, isRekeyError } from '@rekey/domain'
import { createLogger } from '@rekey/http'
import { Certificate } from '@rekey/http/certificate'
import { remarkOnCertificates, serveMetrics } from '@rekey/metrics'
import closeWithGrace from 'close-with-grace'
import { buildApp } from './app.ts'
import { compose } from './compose.ts'
import { readEnvironment } from './config.ts'
import { registryOf, vaultTrouble } from './metrics.ts'

const logger = createLogger(`broker-${process.env['REKEY_ZONE'] ?? ''}`, process.env['REKEY_LOG_LEVEL'] ?? 'info')

try {
  const environment = readEnvironment(process.env)
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
  closeWithGrace({ delay: 10_000, logger: false }, async ({ signal, err }) => {
    if (err !== undefined) logger.fatal({ event: 'crashed', code: codeOf(err) }, 'the broker stops because of an unexpected error')
    else logger.info({ event: 'stopping', signal }, 'answering the requests that run')
    await monitor?.close()
    await app.close()
    await close()
  })
} catch (error) {
  logger.fatal({ event: 'start-failed', code: codeOf(error) }, isRekeyError(error) ? error.message : 'the broker could not start')
  // What is open by then, such as a connection that goes on trying, would keep a process that does nothing: whoever looks after it is to start it anew.
  process.exit(1)
}
