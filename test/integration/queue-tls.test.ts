import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Secret } from '@rekey/domain'
import { ensureCertificates, layout } from '@rekey/local'
import { freePort } from './free-port.ts'
import { queueOutcome } from './queue-outcome.ts'

let folder: string
let paths: ReturnType<typeof layout>
let redis: ChildProcess
let port: number

/** A folder with a CA of its own, and a certificate of it for a server called redis. */
async function authority (): Promise<ReturnType<typeof layout>> {
  const dir = layout(await mkdtemp(`${folder}/ca-`))
  await mkdir(dir.tls)
  await ensureCertificates(dir, [{ name: 'redis', uid: 0 }])
  return dir
}

beforeAll(async () => {
  folder = await mkdtemp(`${tmpdir()}/rekey-redis-tls-`)
  paths = await authority()
  port = await freePort()
  redis = spawn('redis-server', [
    '--port', '0', '--tls-port', String(port), '--bind', '127.0.0.1', '--requirepass', 'test', '--save', '', '--dir', folder, '--maxmemory-policy', 'noeviction',
    '--tls-cert-file', paths.certificate('redis'), '--tls-key-file', paths.certificateKey('redis'), '--tls-auth-clients', 'no'
  ], { stdio: 'ignore' })
})
afterAll(async () => {
  redis.kill('SIGKILL')
  await rm(folder, { recursive: true })
})

const outcome = async (ca: string, seconds: number): Promise<string> => await queueOutcome({ host: '127.0.0.1', port, username: 'default', password: Secret.of('test'), ca }, seconds)

test('a queue reaches a Redis that speaks TLS, by the CA that it was given', async () => {
  expect(await outcome(await readFile(paths.ca, 'utf8'), 20)).toBe('ready')
})

test('a queue gives its password to no Redis whose certificate is of another CA', async () => {
  expect(await outcome(await readFile((await authority()).ca, 'utf8'), 2)).toBe('queue/unavailable')
})
