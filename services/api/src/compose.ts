import { lookup } from 'node:dns/promises'
import { createAuditTrail } from '@rekey/audit'
import { DialPolicy, Secret, type RekeyError } from '@rekey/domain'
import { createVisitQueue } from '@rekey/queue'
import { createInventory, createTokenStore, createVaultClient } from '@rekey/vault'
import type { VaultClient } from '@rekey/vault'
import type { Logger } from 'pino'
import { readText, readZones, type Environment } from './config.ts'
import type { ApiPorts } from './inventory-port.ts'

export interface Composition {
  readonly ports: ApiPorts
  readonly close: () => Promise<void>
}

/** The only place where the API's adapters meet. */
export async function compose (environment: Environment, logger: Logger): Promise<Composition> {
  const zones = readZones(environment.REKEY_ZONES_FILE)
  const reserved = await ownAddresses(environment, zones.flatMap(({ vaultAddr }) => vaultAddr ?? []))

  // One client for each Vault: several zones may share one.
  const clients = new Map<string, VaultClient>()
  const clientAt = (address: string): VaultClient => {
    const client = clients.get(address) ?? createVaultClient({
      address,
      caFile: environment.REKEY_VAULT_CA_FILE,
      login: { method: 'approle', roleIdFile: environment.REKEY_VAULT_ROLE_ID_FILE, secretIdFile: environment.REKEY_VAULT_SECRET_ID_FILE }
    })
    clients.set(address, client)
    return client
  }
  const onMalformed = (error: RekeyError): void => { logger.error({ event: 'alarm', alarm: 'malformed-document', ...error.detail }, error.message) }
  const inventory = createInventory({
    zones: zones.map(({ name, vaultAddr = environment.REKEY_VAULT_ADDR }) => ({ name, client: clientAt(vaultAddr) })),
    sharedClient: clientAt(environment.REKEY_VAULT_ADDR),
    onMalformed
  })

  const redis = {
    host: environment.REKEY_REDIS_HOST,
    port: environment.REKEY_REDIS_PORT,
    username: environment.REKEY_REDIS_USER,
    password: Secret.of(readText(environment.REKEY_REDIS_PASSWORD_FILE, 'REKEY_REDIS_PASSWORD_FILE').trim()),
    ca: environment.REKEY_REDIS_CA_FILE === undefined ? undefined : readText(environment.REKEY_REDIS_CA_FILE, 'REKEY_REDIS_CA_FILE')
  }
  const queues = new Map(zones.map(({ name }) => [name, createVisitQueue({ redis, zone: name })]))
  const audit = await createAuditTrail({ dir: environment.REKEY_AUDIT_DIR, service: 'api' })

  return {
    ports: {
      zones: zones.map(({ name, allowedNetworks }) => {
        const queue = queues.get(name)
        if (queue === undefined) throw new Error('a zone without a queue')
        return { name, queue, allowedNetworks, dial: new DialPolicy(allowedNetworks, reserved) }
      }),
      inventory,
      tokens: createTokenStore({ client: clientAt(environment.REKEY_VAULT_ADDR), onMalformed }),
      audit,
      queueReady: async () => { await Promise.all([...queues.values()].map(async (queue) => await queue.ready())) },
      resolve: addressesOf,
      now: () => new Date()
    },
    async close () {
      await Promise.all([...queues.values()].map(async (queue) => await queue.close()))
      await Promise.all([...clients.values()].map(async (client) => await client.close()))
      await audit.close()
    }
  }
}

/** Vault's and Redis's addresses, which no host of the fleet may have. */
async function ownAddresses (environment: Environment, vaults: readonly string[]): Promise<string[]> {
  const names = [environment.REKEY_VAULT_ADDR, ...vaults].map((address) => new URL(address).hostname)
  const found = await Promise.all([...names, environment.REKEY_REDIS_HOST].map(addressesOf))
  return found.flat()
}

async function addressesOf (name: string): Promise<string[]> {
  const found = await lookup(name, { all: true }).catch(() => [])
  return found.map(({ address }) => address)
}
