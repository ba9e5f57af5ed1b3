import { createLogger, runService } from '@rekey/http/service'
import { startWorker } from './compose.ts'
import { readConfig } from './config.ts'

const log = createLogger(`worker-${process.env['REKEY_ZONE'] ?? ''}`, process.env['REKEY_LOG_LEVEL'])

await runService('the worker', log, async () => {
  const config = readConfig(process.env)
  const worker = await startWorker(config, (fields) => log.child(fields))
  return { stop: async () => await worker.stop(), stopMs: config.REKEY_VISIT_SECONDS * 1000 }
})
