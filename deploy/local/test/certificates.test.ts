import { X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ensureCertificates } from '../src/certificates.ts'
import { layout } from '../src/layout.ts'

let folder = ''
const servers = [{ name: 'vault', uid: process.getuid?.() ?? 0 }, { name: 'api', uid: process.getuid?.() ?? 0 }]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-certificates-'))
  await mkdir(layout(folder).tls)
  await ensureCertificates(layout(folder), servers)
})

afterAll(async () => await rm(folder, { recursive: true }))

test('each server has a certificate of the CA for this machine alone, with a key that only it reads', async () => {
  const ca = new X509Certificate(await readFile(layout(folder).ca))
  for (const { name } of servers) {
    const certificate = new X509Certificate(await readFile(layout(folder).certificate(name)))
    expect(certificate.verify(ca.publicKey)).toBe(true)
    expect(certificate.subjectAltName).toBe('IP Address:127.0.0.1, DNS:localhost')
    expect(certificate.ca).toBe(false)
    expect((await stat(layout(folder).certificateKey(name))).mode & 0o777).toBe(0o400)
  }
  expect((await stat(layout(folder).caKey)).mode & 0o777).toBe(0o600)
})

test('a second call leaves certificates that are good for longer as they are', async () => {
  const before = await readFile(layout(folder).certificate('api'), 'utf8')
  await ensureCertificates(layout(folder), servers)
  expect(await readFile(layout(folder).certificate('api'), 'utf8')).toBe(before)
})
