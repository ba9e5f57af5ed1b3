import { codeOf, isRekeyError } from '@rekey/domain'
import { createLogger } from '@rekey/http'
import closeWithGrace from 'close-with-grace'
import { buildApp } from './app.ts'
import { compose } from './compose.ts'
import { readEnvironment, readText } from './config.ts'

const logger = createLogger(`broker-${process.env['REKEY_ZONE'] ?? ''}`, process.env['REKEY_LOG_LEVEL'] ?? 'info')

try {
  const environment = readEnvironment(process.env)
  const { ports, close } = await compose(environment, logger)
  const app = await buildApp({
    ports,
    logger,
    rate: { perSecond: environment.REKEY_BROKER_REQUESTS_PER_SECOND, burst: environment.REKEY_BROKER_REQUEST_BURST },
    tls: { cert: readText(environment.REKEY_BROKER_TLS_CERT_FILE, 'REKEY_BROKER_TLS_CERT_FILE'), key: readText(environment.REKEY_BROKER_TLS_KEY_FILE, 'REKEY_BROKER_TLS_KEY_FILE') }
  })
  await app.listen({ host: environment.REKEY_BROKER_HOST, port: environment.REKEY_BROKER_PORT, listenTextResolver: () => 'listening' })
  logger.info({ event: 'ready', host: environment.REKEY_BROKER_HOST, port: environment.REKEY_BROKER_PORT }, 'the broker listens')
  closeWithGrace({ delay: 10_000, logger: false }, async ({ signal, err }) => {
    if (err !== undefined) logger.fatal({ event: 'crashed', code: codeOf(err) }, 'the broker stops because of an unexpected error')
    else logger.info({ event: 'stopping', signal }, 'answering the requests that run')
    await app.close()
    await close()
  })
} catch (error) {
  logger.fatal({ event: 'start-failed', code: codeOf(error) }, isRekeyError(error) ? error.message : 'the broker could not start')
  process.exitCode = 1
}
