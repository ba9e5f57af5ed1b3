import { codeOf, isRekeyError } from '@rekey/domain'
import closeWithGrace from 'close-with-grace'
import { pino } from 'pino'
import { startWorker } from './compose.ts'
import { readConfig } from './config.ts'

const log = pino({ level: process.env.REKEY_LOG_LEVEL ?? 'info', base: { service: 'worker', zone: process.env.REKEY_ZONE } })

try {
  const config = readConfig(process.env)
  const worker = await startWorker(config, (fields) => log.child(fields))
  closeWithGrace({ delay: config.REKEY_VISIT_SECONDS * 1000, logger: false }, async ({ signal, err }) => {
    if (err !== undefined) log.fatal({ event: 'crashed', code: codeOf(err) }, 'the worker stops because of an unexpected error')
    else log.info({ event: 'stopping', signal }, 'finishing the visits that run')
    await worker.stop()
  })
} catch (error) {
  log.fatal({ event: 'start-failed', code: codeOf(error) }, isRekeyError(error) ? error.message : 'the worker could not start')
  // What is open by then, such as a connection that goes on trying, would keep a process that does nothing: whoever looks after it is to start it anew.
  process.exit(1)
}
