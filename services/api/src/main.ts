import { Certificate } from '@rekey/http/certificate'
import { createLogger, runService } from '@rekey/http/service'
import { readSettings } from '@rekey/http/settings'
import { joinRemarks, measureAudit, measureCertificates, remarkOnCertificates, serveMetrics } from '@rekey/metrics'
import { startTracing } from '@rekey/tracing'
import { measureCampaigns } from './campaigns/counts.ts'
import { compose } from './compose.ts'
import { Environment } from './config.ts'
import { createRegistry } from './metrics.ts'
import { measureOverdue, OverdueCount } from './overdue-count.ts'
import { startServer } from './server.ts'
import { measureZonePolicies, ZonePolicies } from './zone-policies.ts'

const logger = createLogger('api', process.env['REKEY_LOG_LEVEL'])

await runService('the API', logger, async () => {
  const environment = readSettings(Environment, process.env, 'the API')
  const certificate = new Certificate({ certFile: environment.REKEY_API_TLS_CERT_FILE, keyFile: environment.REKEY_API_TLS_KEY_FILE }, 'REKEY_API')
  const { ports, certificates: shown, backlog, close } = await compose(environment, logger)
  const certificates = { ...shown, callers: certificate }
  const listen = environment.REKEY_METRICS_LISTEN
  // Where nobody asks, nothing is measured.
  const registry = listen === undefined ? undefined : createRegistry()
  const overdue = new OverdueCount(ports)
  const policies = new ZonePolicies(ports)
  if (registry !== undefined) {
    measureOverdue(overdue, registry)
    measureCampaigns(ports, registry)
    measureZonePolicies(policies, registry)
    measureAudit(backlog, registry)
    measureCertificates(certificates, registry)
  }
  const tracing = await startTracing(environment, { service: 'rekey-api', log: logger })
  const app = await startServer(environment, ports, logger, { certificate, metrics: registry, tracer: tracing })
  const remark = async (): Promise<string | undefined> => joinRemarks(await overdue.remark(), await policies.remark(), remarkOnCertificates(certificates))
  const trouble = async (): Promise<string | undefined> => await ports.inventory.ready().then(() => undefined, () => 'Vault is out of service for this API: the log says why')
  const monitor = listen === undefined || registry === undefined ? undefined : await serveMetrics({ listen, registry, trouble, remark })
  return {
    stopMs: 10_000,
    async stop () {
      await monitor?.close()
      await app.close()
      await close()
      await tracing?.close()
    }
  }
})
