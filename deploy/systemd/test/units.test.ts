import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Environment } from '@rekey/api'
import { Environment as BrokerEnvironment } from '@rekey/broker'
import { Environment as WorkerEnvironment } from '@rekey/worker'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

/** The assignments of a unit or an environment file, in their order. */
function assignments (text: string): Array<[name: string, value: string]> {
  return [...text.matchAll(/^([A-Za-z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value])
}

/** As JSON Schema, which it is; TypeBox's types tell more. */
const plain = (schema: object) => JSON.parse(JSON.stringify(schema)) as { properties: Record<string, { default?: string | number }>, required: string[] }

const services = [
  { unit: 'rekey-api.service', env: 'api.env', schema: plain(Environment), program: 'services/api/dist/main.js' },
  { unit: 'rekey-worker@.service', env: 'worker-ZONE.env', schema: plain(WorkerEnvironment), program: 'services/worker/dist/main.js' },
  { unit: 'rekey-broker@.service', env: 'broker-ZONE.env', schema: plain(BrokerEnvironment), program: 'services/broker/dist/main.js' }
]

/** What keeps a process tight: systemd.exec(5). With it `systemd-analyze security --offline=true` says 1.1 or less, of 10. */
const sandbox = {
  DynamicUser: 'yes',
  UMask: '0077',
  CapabilityBoundingSet: '',
  AmbientCapabilities: '',
  NoNewPrivileges: 'yes',
  ProtectSystem: 'strict',
  ProtectHome: 'yes',
  PrivateTmp: 'yes',
  PrivateDevices: 'yes',
  PrivateMounts: 'yes',
  PrivateUsers: 'yes',
  ProtectClock: 'yes',
  ProtectControlGroups: 'yes',
  ProtectHostname: 'yes',
  ProtectKernelLogs: 'yes',
  ProtectKernelModules: 'yes',
  ProtectKernelTunables: 'yes',
  ProtectProc: 'invisible',
  LockPersonality: 'yes',
  RestrictAddressFamilies: 'AF_INET AF_INET6 AF_UNIX',
  RestrictNamespaces: 'yes',
  RestrictRealtime: 'yes',
  RestrictSUIDSGID: 'yes',
  RemoveIPC: 'yes',
  SystemCallArchitectures: 'native',
  DeviceAllow: '',
  LimitCORE: '0',
  StateDirectoryMode: '0700'
}

describe.each(services)('$unit', ({ unit, env, schema, program }) => {
  const set = assignments(read(`../${unit}`))
  const values = (name: string): string[] => set.filter(([one]) => one === name).map(([, value]) => value)
  const own = values('Environment').map(text => text.split('=')).filter(([name = '']) => name.startsWith('REKEY_'))
  const file = assignments(read(`../${env}`))

  test('keeps the process in its sandbox', () => {
    expect(Object.fromEntries(Object.keys(sandbox).map(name => [name, values(name).join()]))).toEqual(sandbox)
    expect(values('SystemCallFilter')).toEqual(['@system-service', '~@privileged @resources'])
    expect(values('ReadWritePaths')).toEqual([])
  })

  test('and its environment file set what the service needs, nothing twice, and nothing that it does not know', () => {
    const names = [...own.map(([name]) => name), ...file.map(([name]) => name)]
    expect(new Set(names).size).toBe(names.length)
    expect(names.filter(name => name === undefined || !(name in schema.properties))).toEqual([])
    const needed = schema.required.filter(name => schema.properties[name]?.default === undefined)
    expect(needed.filter(name => !names.includes(name))).toEqual([])
  })

  test('takes every secret as a credential of systemd, and no secret is in the environment file', () => {
    const secrets = own.filter(([name = '', value = '']) => name.endsWith('_FILE') && value.startsWith('%d/')).map(([, value = '']) => value.slice(3))
    expect(secrets).toEqual(expect.arrayContaining(['role-id', 'secret-id', ...own.some(([name]) => name === 'REKEY_REDIS_PASSWORD_FILE') || 'REKEY_REDIS_PASSWORD_FILE' in schema.properties ? ['redis-password'] : []]))
    expect(values('LoadCredential').map(text => text.split(':')[0])).toEqual(secrets)
    const files = file.filter(([name]) => name.endsWith('_FILE')).map(([name]) => name)
    expect(files.filter(name => !/_(CA|CERT|ZONES)_FILE$/.test(name))).toEqual([])
  })

  test('starts the program that the build makes, and writes its audit journal where systemd lets it', () => {
    expect(values('ExecStart')).toEqual([`/usr/bin/node /opt/rekey/${program}`])
    expect(own.find(([name]) => name === 'REKEY_AUDIT_DIR')?.[1]).toBe(`%S/${values('StateDirectory').join()}`)
  })
})

test('a worker is given the time to finish its visit, and reaches nothing that its zone does not name', () => {
  const set = new Map(assignments(read('../rekey-worker@.service')))
  expect(Number(set.get('TimeoutStopSec'))).toBeGreaterThan(Number(plain(WorkerEnvironment).properties['REKEY_VISIT_SECONDS']?.default))
  expect(set.get('IPAddressDeny')).toBe('any')
  expect(set.has('IPAddressAllow')).toBe(false)
  expect(assignments(read('../networks.conf')).map(([name]) => name)).toEqual(['IPAddressAllow', 'IPAddressAllow', 'IPAddressAllow'])
})
