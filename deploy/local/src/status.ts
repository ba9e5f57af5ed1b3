import { readFile } from 'node:fs/promises'
import { isAlive } from './processes.ts'
import { readRecord } from './record.ts'
import type { StackRecord } from './record.ts'
import { redisAnswers } from './redis.ts'
import { isReady } from './services.ts'
import { VaultHttp } from './vault-http.ts'

export interface PartStatus {
  readonly part: string
  readonly isWell: boolean
  /** What a person needs to know. */
  readonly says: string
}

/** How each part of the stack in that folder is; undefined when there is none. */
export async function stackStatus (dir: string): Promise<{ record: StackRecord, parts: PartStatus[] } | undefined> {
  const record = await readRecord(dir)
  if (record === undefined) return undefined
  const ca = await readFile(record.caFile, 'utf8').catch(() => '')
  const checks: Record<string, () => Promise<string | undefined>> = {
    vault: async () => await vaultTrouble(record, ca),
    redis: async () => await redisAnswers(record).catch(() => false) ? undefined : 'does not answer',
    api: async () => await isReady(record.api.url, ca) ? undefined : 'is not ready: /health/ready says why'
  }
  const brokers = record.brokers ? record.zones : []
  for (const { name, broker } of brokers) checks[`broker-${name}`] = async () => await isReady(broker.url, ca) ? undefined : 'is not ready: its log says why'
  const places: Record<string, string> = { vault: record.vault.address, redis: `${record.redis.host}:${record.redis.port}`, api: record.api.url, ...Object.fromEntries(brokers.map(({ name, broker }) => [`broker-${name}`, broker.url])) }
  const parts = await Promise.all(['vault', 'redis', 'api', ...record.zones.map(({ name }) => `worker-${name}`), ...brokers.map(({ name }) => `broker-${name}`)].map(async (part) => {
    const running = record.processes.find((one) => one.name === part && isAlive(one))
    if (running === undefined) return { part, isWell: false, says: 'does not run' }
    const trouble = await checks[part]?.()
    const place = [places[part], `pid ${running.pid}`].filter((one) => one !== undefined).join(', ')
    return { part, isWell: trouble === undefined, says: `${trouble ?? 'runs'} (${place})` }
  }))
  return { record, parts }
}

/** sys/health: 200 serves, 503 is sealed, 501 was never set up. */
async function vaultTrouble (record: StackRecord, ca: string): Promise<string | undefined> {
  const http = new VaultHttp(record.vault.address, ca)
  try {
    const { status } = await http.send('GET', 'sys/health')
    if (status === 200) return undefined
    return status === 503 ? 'is sealed: `npm run up` unseals it' : `is not usable (health ${status})`
  } catch {
    return 'does not answer'
  } finally {
    http.close()
  }
}
