import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Environment } from '@rekey/api'
import { Environment as BrokerEnvironment } from '@rekey/broker'
import { Environment as WorkerEnvironment } from '@rekey/worker'
import { parse } from 'yaml'
import { planFor, ports } from '../src/plan.ts'

interface Service {
  readonly build?: { readonly target: string }
  readonly user?: string
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly environment?: Readonly<Record<string, string | number>>
  readonly volumes?: readonly string[]
  readonly networks?: readonly string[] | Readonly<Record<string, { readonly ipv4_address?: string }>>
}

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const net = '172.30'
const { services, volumes } = parse(read('../../../docker-compose.yml').replace(/\$\{REKEY_NET:-172\.30\}/g, net), { merge: true }) as { services: Record<string, Service>, volumes: object }
const dockerfile = read('../Dockerfile')
const plan = planFor(net)
const workers = plan.zones.map(({ name }) => `worker-${name}`)
const brokers = plan.zones.map(({ name }) => `broker-${name}`)

const stage = (target: string): string => dockerfile.split(/^(?=FROM )/m).find(text => new RegExp(`^FROM .* AS ${target}$`, 'm').test(text)) ?? ''
const addressOf = (name: string): string | undefined => Object.values((services[name]?.networks ?? {}) as Record<string, { ipv4_address?: string }>).find(one => one.ipv4_address !== undefined)?.ipv4_address

describe.each(Object.entries(services))('%s', (_name, service) => {
  test('has a read-only root, no capability but those it is given, and gains none', () => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] })
    expect(service.user).toMatch(/^\d+:\d+$/)
  })

  test('is an image that the Dockerfile makes, or one with a name of its own', () => {
    if (service.build !== undefined) expect(stage(service.build.target)).toContain('ENTRYPOINT')
    for (const volume of service.volumes ?? []) expect(volumes).toHaveProperty(volume.split(':')[0] ?? '')
  })
})

test('no service runs as root but the jobs of the example and its hosts', () => {
  expect(Object.keys(services).filter(name => services[name]?.user === '0:0').sort()).toEqual(['files', 'host-backup', 'host-production', 'rotate', 'vault-setup'])
  for (const target of ['api', 'worker', 'broker']) {
    expect(stage(target)).toMatch(/^USER [1-9]\d+:[1-9]\d+$/m)
    expect(stage(target)).toMatch(/^HEALTHCHECK /m)
  }
})

test.each([['api', Environment], ...workers.map(name => [name, WorkerEnvironment] as const), ...brokers.map(name => [name, BrokerEnvironment] as const)] as const)('%s gets every variable that it needs, and none that it does not know', (name, given) => {
  const schema = JSON.parse(JSON.stringify(given)) as { properties: Record<string, { default?: unknown }>, required: string[] }
  const names = Object.keys(services[name]?.environment ?? {})
  expect(names.filter(one => !(one in schema.properties))).toEqual([])
  expect(schema.required.filter(one => schema.properties[one]?.default === undefined && !names.includes(one))).toEqual([])
})

test('a service sees its own secrets and audit folder, and nobody else\'s', () => {
  for (const name of ['api', ...workers, ...brokers]) expect(services[name]?.volumes).toEqual([`${name}:/run/rekey:ro`, `audit-${name}:/var/lib/rekey`])
})

test('addresses, ports and users are those that the jobs set up', () => {
  const parts = { openbao: plan.vault, redis: plan.redis, api: plan.api, ...Object.fromEntries(plan.zones.flatMap(zone => [[`worker-${zone.name}`, zone], [`broker-${zone.name}`, zone.broker]])) }
  for (const [name, { address, uid }] of Object.entries(parts)) expect([name, addressOf(name), services[name]?.user]).toEqual([name, address, `${uid}:${uid}`])
  for (const { name, host, network } of plan.zones) {
    expect(services[`host-${name}`]?.environment).toEqual({ HOST_ADDRESS: host, HOST_PORT: ports.host })
    expect(services[`worker-${name}`]?.environment?.['REKEY_ALLOWED_NETWORKS']).toBe(network)
    expect(services[`broker-${name}`]?.environment).toMatchObject({ REKEY_ZONE: name, REKEY_BROKER_PORT: ports.broker, REKEY_IDENTITY_AUDIENCE: `rekey-lease-${name}` })
  }
  expect(services['api']?.environment).toMatchObject({ REKEY_VAULT_ADDR: `https://${plan.vault.address}:${ports.vaultServices}`, REKEY_IDENTITY_ISSUER: `https://${plan.vault.address}:${ports.vault}/v1/identity/oidc`, REKEY_REDIS_HOST: plan.redis.address, REKEY_REDIS_PORT: ports.redis, REKEY_API_PORT: ports.api })
})

test('the worker of a zone shares a network with its own hosts only, and the API and the brokers with none', () => {
  const networks = (name: string): string[] => Object.keys(services[name]?.networks ?? {})
  for (const { name } of plan.zones) expect(networks(`worker-${name}`)).toEqual(['control', name])
  for (const name of ['api', ...brokers]) expect(networks(name)).toEqual(['control', 'front'])
})
