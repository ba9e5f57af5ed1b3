import { expect, test } from '@jest/globals'
import { checkZones, identities, newRecord, redisUsers } from '../src/plan.ts'

const zones = ['production', 'backup'].map(name => ({ name, allowedNetworks: ['127.1.0.0/16'] }))
const record = newRecord({
  dir: '/srv/stack',
  uidBase: 61_000,
  ports: { vault: 1, vaultCluster: 2, vaultServices: 12, redis: 3, api: 4, brokers: [5, 6] },
  zones,
  settings: {},
  program: { kind: 'bao', path: '/bin/bao', version: '2.7.2' },
  policies: '',
  brokers: true
})

test('every process has a user id of its own', () => {
  const ids = identities(record).map(({ uid }) => uid)
  expect(ids).toEqual([61_002, 61_003, 61_004, 61_060, 61_061])
})

test('a worker and a broker have the policy of their zone and no other, the API one for each zone', () => {
  expect(identities(record).map(({ service, policies }) => [service, policies])).toEqual([
    ['api', ['rekey-api', 'rekey-api-production', 'rekey-api-backup']],
    ['worker-production', ['rekey-worker-production']],
    ['worker-backup', ['rekey-worker-backup']],
    ['broker-production', ['rekey-broker-production']],
    ['broker-backup', ['rekey-broker-backup']]
  ])
})

test('a worker touches the keys of its own queue, the API those of each', () => {
  expect(redisUsers(record).map(({ name, keys }) => [name, keys])).toEqual([
    ['admin', undefined],
    ['api', ['rekey:visits-production:*', 'rekey:visits-backup:*']],
    ['worker-production', ['rekey:visits-production:*']],
    ['worker-backup', ['rekey:visits-backup:*']]
  ])
})

test('stack.json names the files of secrets, and holds none', () => {
  expect(record.api.tokenFile).toBe('/srv/stack/secrets/admin-token')
  expect(record.zones[0]).toEqual({
    name: 'production',
    allowedNetworks: ['127.1.0.0/16'],
    mount: 'rekey-production',
    operator: { username: 'operator-production', passwordFile: '/srv/stack/secrets/operator-production-password' },
    broker: { url: 'https://127.0.0.1:5' }
  })
})

test.each([
  ['no zone', []],
  ['a name that is none', [{ name: 'Prod uction', allowedNetworks: [] }]],
  ['the same name twice', [...zones, ...zones]],
  ['a network that is none', [{ name: 'production', allowedNetworks: ['10.0.0.0/33'] }]]
])('a stack with %s is refused', (_, bad) => {
  expect(() => checkZones(bad)).toThrow(expect.objectContaining({ name: 'RekeyError' }))
})
