import { lookup } from 'node:dns/promises'
import { startAudit, type RunningAudit } from '@rekey/audit'
import { auditKey, clockAhead, DialPolicy, hostOf, isRekeyError } from '@rekey/domain'
import { identityIssuer, redisAccess, vaultAccess } from '@rekey/http/settings'
import { createIdentityVerifier } from '@rekey/identity'
import type { Certificates } from '@rekey/metrics'
import { createVisitQueue } from '@rekey/queue'
import { checkOwnRights, createIdentityKeys, createInventory, createJournalArchive, createTokenStore, createVaultClient, judgeAuditDevices, malformedAlarm, readAuditDevices, sign } from '@rekey/vault'
import type { VaultClient } from '@rekey/vault'
import type { Logger } from 'pino'
import { keepRecent } from './audit/retention.ts'
import { readZones, type Environment } from './config.ts'
import type { ApiPorts } from './inventory-port.ts'

export interface Composition {
  readonly ports: ApiPorts
  /** What it shows Redis and Vault. */
  readonly certificates: Certificates
  /** What is recorded on this machine only. */
  readonly backlog: RunningAudit['backlog']
  readonly close: () => Promise<void>
}

/** The only place where the API's adapters meet. */
export async function compose (environment: Environment, logger: Logger): Promise<Composition> {
  const zones = readZones(environment.REKEY_ZONES_FILE)
  const reserved = await ownAddresses(environment, zones.flatMap(({ vaultAddr }) => vaultAddr ?? []))

  const toVault = vaultAccess(environment)
  // One client for each Vault: several zones may share one.
  const clients = new Map<string, VaultClient>()
  const clientAt = (address: string): VaultClient => {
    const client = clients.get(address) ?? createVaultClient({ address, ...toVault })
    clients.set(address, client)
    return client
  }
  const inventory = createInventory({
    zones: zones.map(({ name, vaultAddr = environment.REKEY_VAULT_ADDR }) => ({ name, client: clientAt(vaultAddr), onMalformed: malformedAlarm(logger.child({ zone: name })) })),
    sharedClient: clientAt(environment.REKEY_VAULT_ADDR)
  })

  const redis = redisAccess(environment)
  const queues = new Map(zones.map(({ name }) => [name, createVisitQueue({ redis, zone: name })]))
  const keys = createIdentityKeys({ address: environment.REKEY_VAULT_ADDR, caFile: toVault.caFile, certificate: toVault.certificate })
  const [audience, issuer] = [environment.REKEY_IDENTITY_AUDIENCE, identityIssuer(environment)]
  const now = clockAhead(environment.REKEY_CLOCK_AHEAD_SECONDS, environment.REKEY_VAULT_ADDR)
  for (const client of clients.values()) await checkVault(client, logger)
  const archive = createJournalArchive({ client: clientAt(environment.REKEY_VAULT_ADDR) })
  const audit = await startAudit(environment, { service: 'api', archive, log: logger })
  const auditLogs = [{ zone: undefined, ...archive }, ...zones.map(({ name: zone, vaultAddr = environment.REKEY_VAULT_ADDR }) => ({ zone, ...createJournalArchive({ client: clientAt(vaultAddr), zone }) }))]
  const retention = keepRecent(auditLogs, environment.REKEY_AUDIT_DAYS, logger)

  return {
    certificates: { Redis: redis.certificate, Vault: toVault.certificate },
    backlog: audit.backlog,
    ports: {
      zones: zones.map(({ name, allowedNetworks }) => {
        const queue = queues.get(name)
        if (queue === undefined) throw new Error('a zone without a queue')
        return { name, queue, allowedNetworks, dial: new DialPolicy(allowedNetworks, reserved) }
      }),
      inventory,
      tokens: createTokenStore({ client: clientAt(environment.REKEY_VAULT_ADDR), onMalformed: malformedAlarm(logger) }),
      audit: audit.trail,
      auditLogs,
      sign: async text => await sign(clientAt(environment.REKEY_VAULT_ADDR), auditKey(), text),
      queueReady: async () => { await Promise.all([...queues.values()].map(async (queue) => await queue.ready())) },
      resolve: addressesOf,
      verifyIdentity: audience === undefined ? undefined : createIdentityVerifier({ issuer, audience, keys: async () => await keys.read(), now }),
      now
    },
    async close () {
      await Promise.all([...queues.values()].map(async (queue) => await queue.close()))
      keys.close()
      retention.stop()
      await audit.close()
      await Promise.all([...clients.values()].map(async (client) => await client.close()))
    }
  }
}

/** A Vault that does not answer keeps the API from nothing but its work: it is told by each answer. */
async function checkVault (client: VaultClient, logger: Logger): Promise<void> {
  try {
    await checkOwnRights(client, { service: 'the API', policies: ['rekey-api', 'rekey-api-'] })
    const lacking = judgeAuditDevices(await readAuditDevices(client))
    if (lacking !== undefined) logger.error({ event: 'alarm', alarm: 'vault-audit' }, lacking)
  } catch (error) {
    if (!isRekeyError(error) || error.code === 'config/invalid') throw error
    logger.warn({ event: 'vault-unchecked', code: error.code }, 'whether the API holds rights that are another\'s, and whether Vault keeps two audit logs, could not be looked at')
  }
}

/** Vault's and Redis's addresses, which no host of the fleet may have. */
async function ownAddresses (environment: Environment, vaults: readonly string[]): Promise<string[]> {
  const names = [environment.REKEY_VAULT_ADDR, ...vaults].map(hostOf)
  const found = await Promise.all([...names, environment.REKEY_REDIS_HOST].map(addressesOf))
  return found.flat()
}

async function addressesOf (name: string): Promise<string[]> {
  const found = await lookup(name, { all: true }).catch(() => [])
  return found.map(({ address }) => address)
}
