import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals'
import { ensureCertificates } from '../src/certificates.ts'
import { layout } from '../src/layout.ts'

let folder = ''
const uid = process.getuid?.() ?? 0
const servers = [{ name: 'vault', uid }, { name: 'api', uid, addresses: ['172.30.10.12'] }]
const clients = [{ service: 'api', uid }, { service: 'worker-production', uid }]
const day = 24 * 60 * 60 * 1000

const ensure = async (): Promise<string[]> => await ensureCertificates(layout(folder), servers, clients)
const read = async (file: string): Promise<X509Certificate> => new X509Certificate(await readFile(file))
const all = (): Array<[string, string]> => {
  const paths = layout(folder)
  return [
    ...servers.map(({ name }): [string, string] => [paths.certificate(name), paths.certificateKey(name)]),
    ...clients.map(({ service }): [string, string] => [paths.clientCertificate(service), paths.clientKey(service)])
  ]
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-certificates-'))
  await mkdir(layout(folder).tls)
  for (const { service } of clients) await mkdir(layout(folder).secretsOf(service), { recursive: true })
  await ensure()
})

afterEach(() => { jest.useRealTimers() })
afterAll(async () => await rm(folder, { recursive: true }))

test('each has a certificate of the CA for 30 days, with a key that only it reads', async () => {
  const ca = await read(layout(folder).ca)
  for (const [file, keyFile] of all()) {
    const certificate = await read(file)
    expect(certificate.verify(ca.publicKey)).toBe(true)
    expect(certificate.ca).toBe(false)
    expect(certificate.checkPrivateKey(createPrivateKey(await readFile(keyFile)))).toBe(true)
    expect(Math.round((Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / day)).toBe(30)
    expect((await stat(keyFile)).mode & 0o777).toBe(0o400)
  }
  expect((await stat(layout(folder).caKey)).mode & 0o777).toBe(0o600)
})

test('a server\'s is good for a server at its addresses, a client\'s names the service and is good for a client', async () => {
  const [api, client] = [await read(layout(folder).certificate('api')), await read(layout(folder).clientCertificate('worker-production'))]
  expect([api.subjectAltName, api.keyUsage]).toEqual(['IP Address:127.0.0.1, IP Address:172.30.10.12, DNS:localhost', ['1.3.6.1.5.5.7.3.1']])
  expect([client.subject, client.keyUsage]).toEqual(['CN=worker-production', ['1.3.6.1.5.5.7.3.2']])
})

test('what has more than a third of its life left stays, what has less is replaced, and the CA stays', async () => {
  const serials = async () => await Promise.all([layout(folder).ca, ...all().map(([file]) => file)].map(async file => (await read(file)).serialNumber))
  const before = await serials()
  jest.useFakeTimers({ now: Date.now() + 19 * day, doNotFake: ['nextTick', 'setImmediate', 'setTimeout'] })
  expect(await ensure()).toEqual([])
  expect(await serials()).toEqual(before)
  jest.setSystemTime(Date.now() + 2 * day)
  expect(await ensure()).toEqual(['vault', 'api'])
  const [ca, ...others] = await serials()
  expect(ca).toBe(before[0])
  expect(others.filter(serial => before.includes(serial))).toEqual([])
})

test('a certificate that does not fit its key, as a set-up ended between the two, is replaced', async () => {
  const paths = layout(folder)
  await rm(paths.clientKey('api'))
  await writeFile(paths.clientKey('api'), await readFile(paths.clientKey('worker-production')))
  await ensure()
  expect((await read(paths.clientCertificate('api'))).checkPrivateKey(createPrivateKey(await readFile(paths.clientKey('api'))))).toBe(true)
})
