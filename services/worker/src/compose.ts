import { lookup } from 'node:dns/promises'
import { writeFile } from 'node:fs/promises'
import { createAuditTrail } from '@rekey/audit'
import { DialPolicy } from '@rekey/domain'
import { serveMetrics } from '@rekey/metrics'
import { createVisitQueue, createVisitWorker } from '@rekey/queue'
import { DueIndex, jumpLogin } from '@rekey/rotation'
import type { Log } from '@rekey/rotation'
import { createHostAccess, secretMaker } from '@rekey/ssh'
import { startTracing } from '@rekey/tracing'
import { createJournal, createVaultClient } from '@rekey/vault'
import { adoptionsApart } from './adoptions-apart.ts'
import type { Config } from './config.ts'
import { readSecretFile, readText } from './config.ts'
import { Lanes, lending } from './lanes.ts'
import { malformedAlarm } from './malformed.ts'
import { createMetrics } from './metrics.ts'
import { Scanner } from './scanner.ts'
import { VisitTrace } from './visit-trace.ts'
import { createVisit } from './visitor.ts'
import { Withheld } from './withheld.ts'

export interface Worker {
  /** Finishes the visits that run, and starts none. */
  stop (): Promise<void>
}

/** The only place where the worker's adapters meet: Vault, hosts, queue and audit trail of one zone. */
export async function startWorker (config: Config, logFor: (fields: Record<string, unknown>) => Log): Promise<Worker> {
  const zone = config.REKEY_ZONE
  const log = logFor({})
  const now = (): Date => new Date()

  const vault = createVaultClient({
    address: config.REKEY_VAULT_ADDR,
    caFile: config.REKEY_VAULT_CA_FILE,
    login: { method: 'approle', roleIdFile: config.REKEY_VAULT_ROLE_ID_FILE, secretIdFile: config.REKEY_VAULT_SECRET_ID_FILE }
  })
  const journal = adoptionsApart(createJournal({ client: vault, zone, onMalformed: malformedAlarm(log) }), log)
  const redis = {
    host: config.REKEY_REDIS_HOST,
    port: config.REKEY_REDIS_PORT,
    username: config.REKEY_REDIS_USER,
    password: readSecretFile(config.REKEY_REDIS_PASSWORD_FILE),
    ca: config.REKEY_REDIS_CA_FILE === undefined ? undefined : readText(config.REKEY_REDIS_CA_FILE)
  }
  const dialPolicy = new DialPolicy(config.REKEY_ALLOWED_NETWORKS.split(',').map((network) => network.trim()), await ownAddresses(config))
  const audit = await createAuditTrail({ dir: config.REKEY_AUDIT_DIR, service: `worker-${zone}` })
  const hosts = createHostAccess({ dialPolicy, stepTimeoutMs: config.REKEY_STEP_SECONDS * 1000, log, audit, loginOf: async (via) => await jumpLogin({ ...via, zone }, { journal, audit }) })
  const index = new DueIndex(journal, now)
  const lanes = new Lanes(config.REKEY_VISITS)
  const queue = createVisitQueue({ redis, zone })
  // Where nobody asks, nothing is measured.
  const metrics = config.REKEY_METRICS_LISTEN === undefined ? undefined : createMetrics(zone, { index, waiting: async () => await queue.waiting().catch(() => undefined), now })
  const tracing = await startTracing(config, { service: 'rekey-worker', log })
  const withheld = new Withheld({ patienceSeconds: config.REKEY_PATIENCE_SECONDS, visitSeconds: config.REKEY_VISIT_SECONDS, lanes: config.REKEY_VISITS + config.REKEY_WAITING_VISITS })
  const visit = withheld.watch(createVisit({
    ports: { journal, hosts: lending(hosts, lanes), secrets: secretMaker, audit, now, ...metrics && { meter: metrics.meter } },
    index,
    logFor,
    backoff: { firstSeconds: config.REKEY_BACKOFF_SECONDS, mostSeconds: config.REKEY_BACKOFF_MOST_SECONDS },
    visitSeconds: config.REKEY_VISIT_SECONDS,
    lanes,
    ...metrics && { visited: metrics.visited },
    trace: tracing && ((host, id) => new VisitTrace(tracing, { id, zone, host }))
  }))
  let lookedAt = -Infinity
  const beat = heartbeat(config.REKEY_HEARTBEAT_FILE)
  const onLook = async (): Promise<void> => {
    lookedAt = performance.now()
    metrics?.looked(now())
    await beat()
  }
  const scanner = new Scanner({ index, queue, withheld, visit, log, scanSeconds: config.REKEY_SCAN_SECONDS, fullScanSeconds: config.REKEY_FULL_SCAN_SECONDS, onLook })

  await journal.checkMount()
  const credentials = await scanner.start()
  const visits = createVisitWorker({ redis, zone, concurrency: config.REKEY_VISITS + config.REKEY_WAITING_VISITS, lockSeconds: config.REKEY_LOCK_SECONDS, visit, log })
  const patience = 3 * config.REKEY_SCAN_SECONDS + 10
  const monitor = config.REKEY_METRICS_LISTEN === undefined || metrics === undefined
    ? undefined
    : await serveMetrics({
      listen: config.REKEY_METRICS_LISTEN,
      registry: metrics.registry,
      trouble: () => performance.now() - lookedAt > patience * 1000 ? `for ${patience} seconds no look for due work has succeeded: the log says why` : undefined
    })
  log.info({ event: 'ready', credentials }, 'ready')

  return {
    async stop () {
      await monitor?.close()
      await scanner.stop()
      await visits.close()
      await hosts.close()
      await queue.close()
      await audit.close()
      await vault.close()
      await tracing?.close()
    }
  }
}

/** Its time of change tells a health check that the worker still looks. One that can't be written only makes the worker seem dead. */
function heartbeat (file: string | undefined): () => Promise<void> {
  return async () => { if (file !== undefined) await writeFile(file, `${new Date().toISOString()}\n`).catch(() => {}) }
}

/** Vault's and Redis's addresses, which no host of the fleet may have. */
async function ownAddresses (config: Config): Promise<string[]> {
  const names = [new URL(config.REKEY_VAULT_ADDR).hostname, config.REKEY_REDIS_HOST]
  const found = await Promise.all(names.map(async (name) => await lookup(name, { all: true })))
  return found.flat().map(({ address }) => address)
}
