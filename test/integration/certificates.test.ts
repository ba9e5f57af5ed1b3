import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFile, rm, stat } from 'node:fs/promises'
import { connect as connectPlainly } from 'node:net'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { ApiClient, ensureCertificates, layout, startStack, stateRoot } from '@rekey/local'
import type { Stack } from '@rekey/local'
import { until } from '../faults/harness/system.ts'
import type { Shown } from './client-authority.ts'
import { ClientAuthority } from './client-authority.ts'
import { freePort } from './free-port.ts'

/** A running stack, whose parts show each other certificates. */

const dir = join(stateRoot, `test-certificates-${process.pid}`)
let stack: Stack
let ca: string

/** What `npm run up` does. */
const up = async (): Promise<Stack> => await startStack({ dir, brokers: true, zones: ['production', 'backup'].map(name => ({ name, allowedNetworks: ['127.1.0.0/16'] })) })

beforeAll(async () => {
  stack = await up()
  ca = await readFile(stack.caFile, 'utf8')
})
afterAll(async () => {
  await stack.stop()
  await rm(dir, { recursive: true })
})

const pair = async (cert: string, key: string): Promise<Shown> => ({ cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') })
const ofService = async (service: string): Promise<Shown> => {
  const { certificateFile, certificateKeyFile } = stack.credentials(service)
  return await pair(certificateFile, certificateKeyFile)
}
/** What the API shows whoever asks it. */
const ofServer = async (): Promise<Shown> => await pair(join(dir, 'tls', 'api.pem'), join(dir, 'tls', 'api-key.pem'))

/** Says something to a port of this machine. @returns the first that is answered, or `refused` */
async function knock (port: number, text: string, shown: Partial<Shown> = {}): Promise<string> {
  return await new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port, ca, ...shown }, () => socket.write(text))
    socket.on('data', (data: Buffer) => { resolve(data.toString().split('\r\n')[0] ?? ''); socket.destroy() })
    socket.on('error', () => resolve('refused')).on('close', () => resolve('refused'))
  })
}

const redis = async (shown?: Shown): Promise<string> => await knock(stack.redis.port, 'PING\r\n', shown)

test('Redis hears whoever shows the certificate of a service, and asks him for his password then', async () => {
  for (const service of ['api', 'worker-production', 'worker-backup']) expect(await redis(await ofService(service))).toMatch(/^-NOAUTH/)
})

test('Redis hears nobody without a certificate, with one of another CA, or with one that is a server\'s', async () => {
  expect(await redis()).toBe('refused')
  expect(await redis(new ClientAuthority().issue())).toBe('refused')
  expect(await redis(await ofServer())).toBe('refused')
  expect(await new Promise(resolve => {
    const socket = connectPlainly(stack.redis.port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.on('data', data => { resolve(data.toString()) }).on('error', () => resolve('refused')).on('close', () => resolve('refused'))
  })).toBe('refused')
})

const port = (url: string): number => Number(new URL(url).port)
const health = 'GET /v1/sys/health HTTP/1.1\r\nHost: vault\r\nConnection: close\r\n\r\n'

test('Vault hears services where they ask with a certificate of theirs alone, and people elsewhere with none', async () => {
  const [services, people] = [port(stack.vault.servicesAddress), port(stack.vault.address)]
  for (const service of ['api', 'worker-production', 'broker-production']) expect(await knock(services, health, await ofService(service))).toBe('HTTP/1.1 200 OK')
  for (const shown of [{}, new ClientAuthority().issue(), await ofServer()]) expect(await knock(services, health, shown)).toBe('refused')
  expect(await knock(people, health)).toBe('HTTP/1.1 200 OK')
})

/** The serial number of the certificate that is shown at a port. */
async function served (at: number, shown: Partial<Shown> = {}): Promise<string> {
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: at, ca, ...shown }, () => { resolve(socket.getPeerCertificate().serialNumber); socket.destroy() })
    socket.on('error', reject)
  })
}

const serial = async (file: string): Promise<string> => new X509Certificate(await readFile(file)).serialNumber
const onDisk = async (name: string): Promise<string> => await serial(layout(dir).certificate(name))

/** Certificates as they would stand there if they had been made so many days ago. */
async function fromDaysAgo (days: number, servers: readonly string[], services: readonly string[]): Promise<void> {
  const paths = layout(dir)
  const uid = async (file: string): Promise<number> => (await stat(file)).uid
  const asked = await Promise.all(servers.map(async name => ({ name, uid: await uid(paths.certificateKey(name)) })))
  const asking = await Promise.all(services.map(async service => ({ service, uid: await uid(paths.clientKey(service)) })))
  for (const file of [...servers.map(paths.certificate), ...services.map(paths.clientCertificate)]) await rm(file)
  jest.useFakeTimers({ now: Date.now() - days * 24 * 60 * 60 * 1000, doNotFake: ['nextTick', 'setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'hrtime', 'queueMicrotask'] })
  try {
    await ensureCertificates(paths, asked, asking)
  } finally {
    jest.useRealTimers()
  }
}

const processes = ['api', 'worker-production', 'worker-backup', 'broker-production', 'broker-backup']
const pids = (): Array<number | undefined> => processes.map(name => stack.service(name)?.pid)

test('a renewed certificate is shown to the next connection, and connections that are open go on', async () => {
  for (const [name, url] of [['api', stack.api.url], ['broker-production', stack.zones[0]?.broker.url ?? '']] as const) {
    const before = await onDisk(name)
    const open = connect({ host: '127.0.0.1', port: port(url), ca })
    await once(open, 'secureConnect')
    await fromDaysAgo(1, [name], [])
    const after = await onDisk(name)
    expect(after).not.toBe(before)
    expect(await served(port(url))).toBe(after)
    expect(open.getPeerCertificate().serialNumber).toBe(before)
    open.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    expect(String(await once(open, 'data'))).toMatch(/^HTTP\/1\.1 200 OK/)
    open.destroy()
  }
})

test('a service whose certificate has ended reaches neither Vault nor Redis, and both again once it is renewed, without a restart', async () => {
  const api = await ApiClient.of(stack)
  const isReady = async (): Promise<boolean> => await api.call('GET', '/health/ready').then(({ status }) => status === 200, () => false)
  const before = pids()
  const told = await freePort()
  const tell = async (path: string): Promise<string> => await (await fetch(`http://127.0.0.1:${told}${path}`)).text()
  const second = await stack.startService('api', { REKEY_API_PORT: String(await freePort()), REKEY_METRICS_LISTEN: `127.0.0.1:${told}` }, 'second-api')
  try {
    expect(await tell('/health/ready')).toBe('ready\n')
    await fromDaysAgo(31, [], ['api'])
    expect(await tell('/health/ready')).toBe('ready; what is shown to Redis and Vault as a certificate has less than a quarter of its life left: renew it\n')
    expect(await tell('/metrics')).toMatch(/^rekey_certificate_seconds_left\{to="vault"\} -\d/m)
    for (const restart of [async () => await stack.restartVault(), async () => await stack.restartRedis()]) {
      await fromDaysAgo(31, [], ['api'])
      await restart()
      await until('the API is sent away', async () => !await isReady())
      // Nothing else stands in its way: the others are let in.
      expect(await knock(port(stack.vault.servicesAddress), health, await ofService('worker-production'))).toBe('HTTP/1.1 200 OK')
      expect(await redis(await ofService('worker-production'))).toMatch(/^-NOAUTH/)
      await fromDaysAgo(0, [], ['api'])
      await until('the API is let in again', isReady, 60)
    }
    expect(pids()).toEqual(before)
    expect(await tell('/health/ready')).toBe('ready\n')
  } finally {
    second.kill('SIGTERM')
    await second.exited
    api.close()
  }
})

test('what has less than a third of its life left is replaced by `npm run up`, while everything runs', async () => {
  const ports = { vault: port(stack.vault.address), redis: stack.redis.port, api: port(stack.api.url), 'broker-production': port(stack.zones[0]?.broker.url ?? '') }
  const before = pids()
  await fromDaysAgo(25, Object.keys(ports), ['worker-backup'])
  const files = [...Object.keys(ports).map(layout(dir).certificate), layout(dir).clientCertificate('worker-backup')]
  const old = await Promise.all(files.map(serial))
  const again = await up()
  again.vaultHttp.close()
  expect((await Promise.all(files.map(serial))).filter(one => old.includes(one))).toEqual([])
  for (const [name, at] of Object.entries(ports)) {
    await until(`${name} shows the new certificate`, async () => await served(at, await ofService('api')).catch(() => '') === await onDisk(name))
  }
  expect(pids()).toEqual(before)
})
