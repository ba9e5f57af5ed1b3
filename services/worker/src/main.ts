import { createLogger, runService } from '@rekey/http/service'
import { readSettings } from '@rekey/http/settings'
import { startWorker } from './compose.ts'
import { Environment } from './config.ts'

const log = createLogger(`worker-${process.env['REKEY_ZONE'] ?? ''}`, process.env['REKEY_LOG_LEVEL'])

await runService('the worker', log, async () => {
  const environment = readSettings(Environment, process.env, 'the worker')
  const worker = await startWorker(environment, (fields) => log.child(fields))
  return { stop: async () => await worker.stop(), stopMs: environment.REKEY_VISIT_SECONDS * 1000 }
})
