import { lookup } from 'node:dns/promises'
import { writeFile } from 'node:fs/promises'
import { startAudit } from '@rekey/audit'
import { clockAhead, DialPolicy } from '@rekey/domain'
import { openClientCertificate } from '@rekey/http/certificate'
import { serveMetrics } from '@rekey/metrics'
import { createVisitQueue, createVisitWorker } from '@rekey/queue'
import { carryOutGrants, Consumers, DueIndex, jumpLogin, LeaseCleaning, lookAtCampaigns, PolicyNoting } from '@rekey/rotation'
import type { Journal, Log } from '@rekey/rotation'
import { createHostAccess, secretMaker } from '@rekey/ssh'
import { startTracing } from '@rekey/tracing'
import { checkOwnRights, createConsumerBook, createJournal, createJournalArchive, createLeaseAttic, createVaultClient } from '@rekey/vault'
import { createMessenger } from '@rekey/webhooks'
import { adoptionsApart } from './adoptions-apart.ts'
import type { Config } from './config.ts'
import { readSecretFile, readText } from './config.ts'
import { Lanes, lending } from './lanes.ts'
import { malformedAlarm } from './malformed.ts'
import { createMetrics } from './metrics.ts'
import { Scanner } from './scanner.ts'
import { Teller } from './teller.ts'
import { VisitTrace } from './visit-trace.ts'
import { createVisit } from './visitor.ts'
import { Withheld } from './withheld.ts'

/** Between two looks for leases that are over: an hour. */
const cleaningSeconds = 3600

export interface Worker {
  /** Finishes the visits that run, and starts none. */
  stop (): Promise<void>
}

/** The only place where the worker's adapters meet: Vault, hosts, queue and audit trail of one zone. */
export async function startWorker (config: Config, logFor: (fields: Record<string, unknown>) => Log): Promise<Worker> {
  const zone = config.REKEY_ZONE
  const log = logFor({})
  const now = clockAhead(config.REKEY_CLOCK_AHEAD_SECONDS, config.REKEY_VAULT_ADDR)

  const toVault = openClientCertificate({ ca: readText(config.REKEY_VAULT_CA_FILE), certFile: config.REKEY_VAULT_TLS_CERT_FILE, keyFile: config.REKEY_VAULT_TLS_KEY_FILE }, 'REKEY_VAULT')
  const vault = createVaultClient({
    address: config.REKEY_VAULT_ADDR,
    caFile: config.REKEY_VAULT_CA_FILE,
    certificate: toVault,
    login: { method: 'approle', roleIdFile: config.REKEY_VAULT_ROLE_ID_FILE, secretIdFile: config.REKEY_VAULT_SECRET_ID_FILE }
  })
  await checkOwnRights(vault, { service: `the worker of ${zone}`, policies: [`rekey-worker-${zone}`], zone })
  const journal = adoptionsApart(createJournal({ client: vault, zone, onMalformed: malformedAlarm(log) }), log)
  await journal.checkMount()
  const redisCa = config.REKEY_REDIS_CA_FILE === undefined ? undefined : readText(config.REKEY_REDIS_CA_FILE)
  const toRedis = openClientCertificate({ ca: redisCa, certFile: config.REKEY_REDIS_TLS_CERT_FILE, keyFile: config.REKEY_REDIS_TLS_KEY_FILE }, 'REKEY_REDIS')
  const redis = {
    host: config.REKEY_REDIS_HOST,
    port: config.REKEY_REDIS_PORT,
    username: config.REKEY_REDIS_USER,
    password: readSecretFile(config.REKEY_REDIS_PASSWORD_FILE),
    ca: redisCa,
    certificate: toRedis
  }
  const reserved = await ownAddresses(config)
  const dialPolicy = new DialPolicy(networksIn(config.REKEY_ALLOWED_NETWORKS), reserved)
  const recording = await startAudit(config, { service: `worker-${zone}`, archive: createJournalArchive({ client: vault, zone }), log })
  const audit = recording.trail
  const hosts = createHostAccess({ dialPolicy, stepTimeoutMs: config.REKEY_STEP_SECONDS * 1000, log, audit, loginOf: async (via) => await jumpLogin({ ...via, zone }, { journal, audit }) })
  const index = new DueIndex(journal, now)
  const lanes = new Lanes(config.REKEY_VISITS)
  const queue = createVisitQueue({ redis, zone })
  // Where nobody asks, nothing is measured.
  const metrics = config.REKEY_METRICS_LISTEN === undefined ? undefined : createMetrics(zone, { index, waiting: async () => await queue.waiting().catch(() => undefined), backlog: recording.backlog, certificates: { Redis: toRedis, Vault: toVault }, now })
  const tracing = await startTracing(config, { service: 'rekey-worker', log })
  const teller = config.REKEY_WEBHOOK_NETWORKS === undefined ? undefined : tellerFor(config.REKEY_WEBHOOK_NETWORKS)
  const withheld = new Withheld({ patienceSeconds: config.REKEY_PATIENCE_SECONDS, visitSeconds: config.REKEY_VISIT_SECONDS, lanes: config.REKEY_VISITS + config.REKEY_WAITING_VISITS })
  const visitHost = createVisit({
    ports: { journal, hosts: lending(hosts, lanes), secrets: secretMaker, audit, now, ...metrics && { meter: metrics.meter } },
    index,
    logFor,
    backoff: { firstSeconds: config.REKEY_BACKOFF_SECONDS, mostSeconds: config.REKEY_BACKOFF_MOST_SECONDS },
    visitSeconds: config.REKEY_VISIT_SECONDS,
    lanes,
    ...metrics && { visited: metrics.visited },
    trace: tracing && ((host, id) => new VisitTrace(tracing, { id, zone, host }))
  })
  const visit = withheld.watch(async (host, lease) => {
    await visitHost(host, lease)
    teller?.visited(host)
  })
  let lookedAt = -Infinity
  const beat = heartbeat(config.REKEY_HEARTBEAT_FILE)
  const onLook = async (): Promise<void> => {
    lookedAt = performance.now()
    metrics?.looked(now())
    await beat()
  }
  const campaigns: Journal = {
    ...journal,
    async saveCampaign (run, version) {
      const written = await journal.saveCampaign(run, version)
      teller?.campaignChanged()
      return written
    }
  }
  const lead = async (): Promise<void> => { await lookAtCampaigns(index.hosts(), { journal: campaigns, audit, log }, now()) }
  const cleaning = new LeaseCleaning({ journal, attic: createLeaseAttic({ client: vault, zone }), audit, now, log }, { keptDays: config.REKEY_LEASES_KEPT_DAYS, everySeconds: cleaningSeconds })
  const noting = new PolicyNoting(zone, { journal, audit, log })
  const carryOut = async (): Promise<void> => {
    await noting.goOn()
    await carryOutGrants({ journal, audit, now, log })
    await cleaning.goOn()
  }
  const scanner = new Scanner({ index, lead, carryOut, queue, withheld, visit, log, scanSeconds: config.REKEY_SCAN_SECONDS, fullScanSeconds: config.REKEY_FULL_SCAN_SECONDS, onLook })

  const credentials = await scanner.start()
  const visits = createVisitWorker({ redis, zone, concurrency: config.REKEY_VISITS + config.REKEY_WAITING_VISITS, lockSeconds: config.REKEY_LOCK_SECONDS, visit, log, dropped: metrics?.droppedJob })
  teller?.start()
  const patience = 3 * config.REKEY_SCAN_SECONDS + 10
  const monitor = config.REKEY_METRICS_LISTEN === undefined || metrics === undefined
    ? undefined
    : await serveMetrics({
      listen: config.REKEY_METRICS_LISTEN,
      registry: metrics.registry,
      remark: metrics.remark,
      trouble: () => performance.now() - lookedAt > patience * 1000 ? `for ${patience} seconds no look for due work has succeeded: the log says why` : undefined
    })
  log.info({ event: 'ready', credentials }, 'ready')

  function tellerFor (networks: string): Teller {
    const ca = config.REKEY_WEBHOOK_CA_FILE
    const book = createConsumerBook({ client: vault, zone, onMalformed: malformedAlarm(log) })
    const messenger = createMessenger({ dialPolicy: new DialPolicy(networksIn(networks), reserved), ca: ca === undefined ? undefined : readText(ca), now })
    return new Teller({ consumers: new Consumers({ journal, book, messenger, audit, now, log }), book, journal, index, queue, log, everySeconds: config.REKEY_SCAN_SECONDS, allSeconds: config.REKEY_FULL_SCAN_SECONDS })
  }

  return {
    async stop () {
      await monitor?.close()
      await scanner.stop()
      await teller?.stop()
      await visits.close()
      await hosts.close()
      await queue.close()
      await recording.close()
      await vault.close()
      await tracing?.close()
    }
  }
}

function networksIn (text: string): string[] {
  return text.split(',').map((network) => network.trim())
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
