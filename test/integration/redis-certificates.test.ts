import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { isRekeyError, Secret } from '@rekey/domain'
import { openClientCertificate } from '@rekey/http/certificate'
import type { Certificate } from '@rekey/http/certificate'
import { ensureCertificates, layout } from '@rekey/local'
import { createVisitQueue, createVisitWorker } from '@rekey/queue'
import type { RedisLogin } from '@rekey/queue'
import { Redis } from 'ioredis'
import { until } from '../faults/harness/system.ts'
import type { Shown } from './client-authority.ts'
import { ClientAuthority } from './client-authority.ts'
import { freePort } from './free-port.ts'
import { queueOutcome } from './queue-outcome.ts'

/** A real Redis that lets in who has a certificate of one CA, besides the password. */

const zone = 'production'
const clients = new ClientAuthority()
let folder: string
let ca: string
let port: number
let redis: ChildProcess
/** By a socket on this machine, where no certificate is asked for. */
let admin: Redis

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-redis-certificates-'))
  const paths = layout(folder)
  await mkdir(paths.tls)
  await ensureCertificates(paths, [{ name: 'redis', uid: process.getuid?.() ?? 0 }])
  ca = await readFile(paths.ca, 'utf8')
  await writeFile(join(folder, 'clients.pem'), clients.certificate)
  await put('good', clients.issue())
  port = await freePort()
  redis = spawn('redis-server', [
    '--port', '0', '--tls-port', String(port), '--bind', '127.0.0.1', '--unixsocket', join(folder, 'socket'), '--requirepass', 'test', '--save', '', '--dir', folder,
    '--maxmemory-policy', 'noeviction', '--tls-cert-file', paths.certificate('redis'), '--tls-key-file', paths.certificateKey('redis'),
    '--tls-ca-cert-file', join(folder, 'clients.pem'), '--tls-auth-clients', 'yes'
  ], { stdio: 'ignore' })
  admin = new Redis({ path: join(folder, 'socket'), password: 'test', maxRetriesPerRequest: null, retryStrategy: () => 50 })
  admin.on('error', () => {}) // Until Redis listens.
  await admin.ping()
})
afterAll(async () => {
  admin.disconnect()
  redis.kill('SIGKILL')
  await rm(folder, { recursive: true })
})

async function put (name: string, { cert, key }: Shown): Promise<void> {
  await writeFile(join(folder, `${name}.pem`), cert)
  await writeFile(join(folder, `${name}-key.pem`), key, { mode: 0o600 })
}

function opened (name: string): Certificate | undefined {
  return openClientCertificate({ ca, certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}-key.pem`) }, 'REKEY_REDIS')
}

function login (certificate?: Certificate): RedisLogin {
  return { host: '127.0.0.1', port, username: 'default', password: Secret.of('test'), ca, certificate }
}

const outcome = async (certificate: Certificate | undefined, seconds: number): Promise<string> => await queueOutcome(login(certificate), seconds)

test('Redis lets in who has a certificate of its CA, and nobody with the password alone', async () => {
  expect(await outcome(opened('good'), 20)).toBe('ready')
  expect(await outcome(undefined, 1)).toBe('queue/unavailable')
})

test('a certificate that has ended, and one of another CA, are refused', async () => {
  await put('ended', clients.issue(-60_000))
  await put('foreign', new ClientAuthority().issue())
  expect(await outcome(opened('ended'), 1)).toBe('queue/unavailable')
  expect(await outcome(opened('foreign'), 1)).toBe('queue/unavailable')
  expect(opened('ended')?.secondsLeft()).toBeLessThan(0)
})

test('a renewed certificate is taken up while a visit runs, and the visit is finished once', async () => {
  const successor = new ClientAuthority()
  await put('renewed', clients.issue())
  const certificate = opened('renewed')
  const queue = createVisitQueue({ redis: login(certificate), zone, timeoutMs: 5000 })
  const visits: string[] = []
  let isRunning = false
  let release = (): void => {}
  const end = new Promise<void>((resolve) => { release = resolve })
  const worker = createVisitWorker({
    redis: login(certificate),
    zone,
    concurrency: 2,
    lockSeconds: 10,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    async visit (host, lease) {
      isRunning = true
      if (host === 'first') await end
      lease.assertHeld()
      visits.push(host)
    }
  })
  try {
    await until('the request', async () => await queue.request(['first']).then(() => true, () => false))
    await until('the visit', () => Promise.resolve(isRunning))
    await put('renewed', successor.issue(2 * 60 * 60 * 1000))
    // From here on the old certificate opens nothing, and each connection has to be made anew.
    await writeFile(join(folder, 'successor.pem'), successor.certificate)
    await admin.config('SET', 'tls-ca-cert-file', join(folder, 'successor.pem'))
    expect(await outcome(opened('good'), 1)).toBe('queue/unavailable')
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal')
    await until('the request over a new connection', async () => await queue.request(['second']).then(() => true, () => false))
    await until('the second visit', () => Promise.resolve(visits.includes('second')))
    release()
    await until('the end of the first visit', () => Promise.resolve(visits.includes('first')))
    expect(visits).toEqual(['second', 'first'])
    expect(certificate?.secondsLeft()).toBeGreaterThan(60 * 60)
  } finally {
    release()
    await worker.close()
    await queue.close()
    await admin.config('SET', 'tls-ca-cert-file', join(folder, 'clients.pem'))
  }
})

test('while only one of the two files is replaced, the last pair goes on being shown', async () => {
  await put('half', clients.issue())
  const certificate = opened('half')
  await writeFile(join(folder, 'half.pem'), clients.issue().cert)
  expect(await outcome(certificate, 20)).toBe('ready')
})

test('a certificate without its key, or without a CA for Redis, stops the start with the settings\' names', async () => {
  await put('mixed', { ...clients.issue(), key: clients.issue().key })
  const files = { ca, certFile: join(folder, 'good.pem'), keyFile: join(folder, 'good-key.pem') }
  for (const open of [() => opened('mixed'), () => opened('absent'), () => openClientCertificate({ ...files, keyFile: undefined }, 'REKEY_REDIS'), () => openClientCertificate({ ...files, ca: undefined }, 'REKEY_REDIS')]) {
    const error = refusal(open)
    expect(isRekeyError(error, 'config/invalid')).toBe(true)
    expect(String(error)).toContain('REKEY_REDIS_TLS_CERT_FILE')
  }
  expect(openClientCertificate({ ca, certFile: undefined, keyFile: undefined }, 'REKEY_REDIS')).toBeUndefined()
})

test('a certificate that is past three quarters of its life is said to be late', async () => {
  await put('late', clients.issue(60_000))
  expect(opened('late')?.isLate()).toBe(true)
  await put('fresh', clients.issue(24 * 60 * 60 * 1000))
  expect(opened('fresh')?.isLate()).toBe(false)
})

function refusal (open: () => unknown): unknown {
  try {
    open()
    return undefined
  } catch (error) {
    return error
  }
}
