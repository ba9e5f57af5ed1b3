import { lookup } from 'node:dns/promises'
import { writeFile } from 'node:fs/promises'
import { startAudit } from '@rekey/audit'
import { clockAhead, DialPolicy, hostOf, RekeyError } from '@rekey/domain'
import { readTextIfNamed, redisAccess, vaultAccess } from '@rekey/http/settings'
import { serveMetrics } from '@rekey/metrics'
import { createVisitQueue, createVisitWorker } from '@rekey/queue'
import { carryOutGrants, Consumers, DueIndex, jumpLogin, LeaseCleaning, lookAtCampaigns, PolicyNoting } from '@rekey/rotation'
import type { Journal, Log } from '@rekey/rotation'
import { createHostAccess, secretMaker } from '@rekey/ssh'
import { startTracing } from '@rekey/tracing'
import { checkOwnRights, createConsumerBook, createJournal, createJournalArchive, createLeaseAttic, createVaultClient, malformedAlarm } from '@rekey/vault'
import { createMessenger } from '@rekey/webhooks'
import { adoptionsApart } from './adoptions-apart.ts'
import type { Environment } from './config.ts'
import { Lanes, lending } from './lanes.ts'
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
export async function startWorker (environment: Environment, logFor: (fields: Record<string, unknown>) => Log): Promise<Worker> {
  const zone = environment.REKEY_ZONE
  const log = logFor({})
  const now = clockAhead(environment.REKEY_CLOCK_AHEAD_SECONDS, environment.REKEY_VAULT_ADDR)

  const toVault = vaultAccess(environment)
  const vault = createVaultClient({ address: environment.REKEY_VAULT_ADDR, ...toVault })
  await checkOwnRights(vault, { service: `the worker of ${zone}`, policies: [`rekey-worker-${zone}`], zone })
  const journal = adoptionsApart(createJournal({ client: vault, zone, onMalformed: malformedAlarm(log) }), log)
  await journal.checkMount()
  const redis = redisAccess(environment)
  const reserved = await ownAddresses(environment)
  const dialPolicy = new DialPolicy(networksIn(environment.REKEY_ALLOWED_NETWORKS), reserved)
  const recording = await startAudit(environment, { service: `worker-${zone}`, archive: createJournalArchive({ client: vault, zone }), log })
  const audit = recording.trail
  const hosts = createHostAccess({ dialPolicy, stepTimeoutMs: environment.REKEY_STEP_SECONDS * 1000, log, audit, loginOf: async (via) => await jumpLogin({ ...via, zone }, { journal, audit }) })
  const index = new DueIndex(journal, now)
  const lanes = new Lanes(environment.REKEY_VISITS)
  const queue = createVisitQueue({ redis, zone })
  // Where nobody asks, nothing is measured.
  const metrics = environment.REKEY_METRICS_LISTEN === undefined ? undefined : createMetrics(zone, { index, waiting: async () => await queue.waiting().catch(() => undefined), backlog: recording.backlog, certificates: { Redis: redis.certificate, Vault: toVault.certificate }, now })
  const tracing = await startTracing(environment, { service: 'rekey-worker', log })
  const teller = environment.REKEY_WEBHOOK_NETWORKS === undefined ? undefined : tellerFor(environment.REKEY_WEBHOOK_NETWORKS)
  const withheld = new Withheld({ patienceSeconds: environment.REKEY_PATIENCE_SECONDS, visitSeconds: environment.REKEY_VISIT_SECONDS, lanes: environment.REKEY_VISITS + environment.REKEY_WAITING_VISITS })
  const visitHost = createVisit({
    ports: { journal, hosts: lending(hosts, lanes), secrets: secretMaker, audit, now, ...metrics && { meter: metrics.meter } },
    index,
    logFor,
    backoff: { firstSeconds: environment.REKEY_BACKOFF_SECONDS, mostSeconds: environment.REKEY_BACKOFF_MOST_SECONDS },
    visitSeconds: environment.REKEY_VISIT_SECONDS,
    lanes,
    ...metrics && { visited: metrics.visited },
    trace: tracing && ((host, id) => new VisitTrace(tracing, { id, zone, host }))
  })
  const visit = withheld.watch(async (host, lease) => {
    await visitHost(host, lease)
    scanner.visited(host)
    teller?.visited(host)
  })
  let lookedAt = -Infinity
  const beat = heartbeat(environment.REKEY_HEARTBEAT_FILE)
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
  const cleaning = new LeaseCleaning({ journal, attic: createLeaseAttic({ client: vault, zone }), audit, now, log }, { keptDays: environment.REKEY_LEASES_KEPT_DAYS, everySeconds: cleaningSeconds })
  const noting = new PolicyNoting(zone, { journal, audit, log })
  const carryOut = async (): Promise<void> => {
    await noting.goOn()
    await carryOutGrants({ journal, audit, now, log })
    await cleaning.goOn()
  }
  const scanner = new Scanner({ index, lead, carryOut, queue, withheld, visit, log, scanSeconds: environment.REKEY_SCAN_SECONDS, fullScanSeconds: environment.REKEY_FULL_SCAN_SECONDS, onLook })

  const credentials = await scanner.start()
  const visits = createVisitWorker({ redis, zone, concurrency: environment.REKEY_VISITS + environment.REKEY_WAITING_VISITS, lockSeconds: environment.REKEY_LOCK_SECONDS, visit, log, dropped: metrics?.droppedJob })
  teller?.start()
  const patience = 3 * environment.REKEY_SCAN_SECONDS + 10
  const monitor = environment.REKEY_METRICS_LISTEN === undefined || metrics === undefined
    ? undefined
    : await serveMetrics({
      listen: environment.REKEY_METRICS_LISTEN,
      registry: metrics.registry,
      remark: metrics.remark,
      trouble: () => performance.now() - lookedAt > patience * 1000 ? `for ${patience} seconds no look for due work has succeeded: the log says why` : undefined
    })
  log.info({ event: 'ready', credentials }, 'ready')

  function tellerFor (networks: string): Teller {
    const book = createConsumerBook({ client: vault, zone, onMalformed: malformedAlarm(log) })
    const messenger = createMessenger({ dialPolicy: new DialPolicy(networksIn(networks), reserved), ca: readTextIfNamed(environment.REKEY_WEBHOOK_CA_FILE, 'REKEY_WEBHOOK_CA_FILE'), now })
    return new Teller({ consumers: new Consumers({ journal, book, messenger, audit, now, log }), book, journal, index, queue, log, everySeconds: environment.REKEY_SCAN_SECONDS, allSeconds: environment.REKEY_FULL_SCAN_SECONDS })
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

/** Vault's and Redis's addresses, which no host of the fleet may have. @throws RekeyError `config/invalid` */
async function ownAddresses (environment: Environment): Promise<string[]> {
  const names = { REKEY_VAULT_ADDR: hostOf(environment.REKEY_VAULT_ADDR), REKEY_REDIS_HOST: environment.REKEY_REDIS_HOST }
  const found = await Promise.all(Object.entries(names).map(async ([variable, name]) => await lookup(name, { all: true }).catch(() => {
    throw new RekeyError('config/invalid', `the worker can't start: ${variable} names ${name}, of which DNS knows no address here, so that hosts could have it`)
  })))
  return found.flat().map(({ address }) => address)
}
