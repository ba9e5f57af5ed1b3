import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { ownFolder } from '../src/files.ts'
import { layout } from '../src/layout.ts'
import { newRecord } from '../src/plan.ts'
import { ensureAdminToken, serviceEnv } from '../src/services.ts'

const record = newRecord({
  dir: '/root/clone/.rekey/local',
  uidBase: 61_000,
  ports: { vault: 8200, vaultCluster: 8201, vaultServices: 8211, redis: 6379, api: 8443, brokers: [8444] },
  zones: [{ name: 'production', allowedNetworks: ['10.1.0.0/16', '10.2.0.0/16'] }],
  settings: { REKEY_LOG_LEVEL: 'debug' },
  program: { kind: 'bao', path: '/bin/bao', version: '2.7.2' },
  policies: '',
  brokers: true
})

test('a service finds its secrets in files below the neutral mount point, wherever the state folder lies', () => {
  const env = serviceEnv(record, 'worker-production', 'second')
  expect(env).toMatchObject({
    REKEY_VAULT_ROLE_ID_FILE: '/mnt/secrets/worker-production/role-id',
    REKEY_REDIS_PASSWORD_FILE: '/mnt/secrets/worker-production/redis-password',
    REKEY_REDIS_USER: 'worker-production',
    REKEY_REDIS_TLS_KEY_FILE: '/mnt/secrets/worker-production/client-key.pem',
    REKEY_VAULT_TLS_KEY_FILE: '/mnt/secrets/worker-production/client-key.pem',
    REKEY_AUDIT_DIR: '/mnt/audit/second',
    REKEY_ZONE: 'production',
    REKEY_ALLOWED_NETWORKS: '10.1.0.0/16,10.2.0.0/16'
  })
  expect(JSON.stringify(env)).not.toContain('/root')
})

test('a worker is told nothing of the API, and the API no zone as its own', () => {
  expect(Object.keys(serviceEnv(record, 'worker-production', 'worker-production')).filter(name => name.includes('API'))).toEqual([])
  expect(serviceEnv(record, 'api', 'api')).not.toHaveProperty('REKEY_ZONE')
})

test('settings of one start outdo those of the stack, which outdo the usual ones', () => {
  expect(serviceEnv(record, 'api', 'api')['REKEY_LOG_LEVEL']).toBe('debug')
  expect(serviceEnv(record, 'api', 'api', { REKEY_LOG_LEVEL: 'error' })['REKEY_LOG_LEVEL']).toBe('error')
})

const day = 86_400_000

test('the admin token ends after 90 days, and is made anew where less than 30 are left or nobody knows when it ends', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'rekey-admin-token-'))
  try {
    const paths = layout(dir)
    for (const folder of [paths.secrets, paths.secretsOf('api')]) await ownFolder(folder, 0, 0o711)
    const ensured = async () => {
      await ensureAdminToken(dir, 0)
      const [token, [hash = '', endsAt = '']] = [await readFile(paths.adminToken, 'utf8'), (await readFile(paths.adminTokenHash, 'utf8')).split(' ')]
      expect(hash).toBe(createHash('sha256').update(token).digest('hex'))
      expect(Math.round((Date.parse(endsAt) - Date.now()) / day)).toBe(90)
      return token
    }
    const ending = async (days: number | undefined) => {
      const [hash = ''] = (await readFile(paths.adminTokenHash, 'utf8')).split(' ')
      await writeFile(paths.adminTokenHash, days === undefined ? hash : `${hash} ${new Date(Date.now() + days * day).toISOString()}`)
    }
    const first = await ensured()
    expect(await ensured()).toBe(first)
    await ending(29)
    const second = await ensured()
    await ending(undefined)
    const third = await ensured()
    expect(new Set([first, second, third]).size).toBe(3)
    await ending(31)
    await ensureAdminToken(dir, 0)
    expect(await readFile(paths.adminToken, 'utf8')).toBe(third)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})
