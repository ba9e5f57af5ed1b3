import { resolve } from 'node:path'
import { checkName, DialPolicy } from '@rekey/domain'
import { stackFailure } from './failure.ts'
import { layout } from './layout.ts'
import type { Ports, StackRecord, ZoneOptions } from './record.ts'
import { adminUser, type RedisUser } from './redis.ts'
import type { VaultProgram } from './tools.ts'
import type { Identity } from './vault-setup.ts'

/** The first user id of a stack. Below systemd's dynamic ones (61184), above what people get. */
export const defaultUidBase = 61_000

/** One user id for each process, none of them in the system's user list. */
export function uids (base: number) {
  return { vault: base, redis: base + 1, api: base + 2, worker: (zone: number) => base + 3 + zone, broker: (zone: number) => base + 60 + zone }
}

function checkNetworks (networks: readonly string[]): DialPolicy {
  return new DialPolicy(networks)
}

/** @throws RekeyError `name/invalid`, `config/invalid` or `stack/failed`, naming the zone */
export function checkZones (zones: readonly ZoneOptions[]): void {
  if (zones.length === 0) throw stackFailure('a stack needs one zone at least')
  for (const zone of zones) {
    checkName('zone', zone.name)
    checkNetworks(zone.allowedNetworks)
  }
  if (new Set(zones.map(zone => zone.name)).size < zones.length) throw stackFailure('two zones have the same name')
}

export function newRecord (from: { dir: string, uidBase: number, ports: Ports, zones: readonly ZoneOptions[], settings: Readonly<Record<string, string>>, program: VaultProgram, policies: string, brokers: boolean }): StackRecord {
  const dir = resolve(from.dir)
  const paths = layout(dir)
  return {
    version: 1,
    complete: false,
    dir,
    uidBase: from.uidBase,
    caFile: paths.ca,
    ports: from.ports,
    vault: {
      address: `https://127.0.0.1:${from.ports.vault}`,
      servicesAddress: servicesAddress(from.ports),
      program: `${from.program.kind} ${from.program.version}`,
      auditFiles: ['first', 'second'].map(name => `${paths.vaultAudit}/${name}.log`)
    },
    redis: { host: '127.0.0.1', port: from.ports.redis },
    redisAdmin: { user: adminUser, passwordFile: paths.redisPassword(adminUser) },
    api: { url: `https://127.0.0.1:${from.ports.api}`, tokenFile: paths.adminToken },
    brokers: from.brokers,
    zones: from.zones.map(({ name, allowedNetworks }, index) => ({
      name,
      allowedNetworks,
      mount: `rekey-${name}`,
      operator: { username: `operator-${name}`, passwordFile: paths.operatorPassword(name) },
      broker: { url: brokerUrl(from.ports, index) }
    })),
    settings: { ...from.settings },
    policies: from.policies,
    processes: []
  }
}

export function servicesAddress ({ vaultServices }: Ports): string {
  return `https://127.0.0.1:${vaultServices}`
}

/** @param zone its place among the zones */
export function brokerUrl ({ brokers }: Ports, zone: number): string {
  return `https://127.0.0.1:${brokers[zone] ?? 0}`
}

/** Who logs in to Vault by itself, and with which policies of deploy/vault. */
export function identities (record: StackRecord): Identity[] {
  const ids = uids(record.uidBase)
  return [
    { service: 'api', uid: ids.api, policies: ['rekey-api', ...record.zones.map(zone => `rekey-api-${zone.name}`)] },
    ...record.zones.map((zone, index) => ({ service: `worker-${zone.name}`, uid: ids.worker(index), policies: [`rekey-worker-${zone.name}`] })),
    ...record.zones.map((zone, index) => ({ service: `broker-${zone.name}`, uid: ids.broker(index), policies: [`rekey-broker-${zone.name}`] }))
  ]
}

/** The queue of a zone is all that its worker sees of Redis; the API adds to each. */
export function redisUsers (record: StackRecord): RedisUser[] {
  const ids = uids(record.uidBase)
  const keys = (zone: string) => `rekey:visits-${zone}:*`
  return [
    { name: adminUser, uid: 0 },
    { name: 'api', uid: ids.api, keys: record.zones.map(zone => keys(zone.name)) },
    ...record.zones.map((zone, index) => ({ name: `worker-${zone.name}`, uid: ids.worker(index), keys: [keys(zone.name)] }))
  ]
}
