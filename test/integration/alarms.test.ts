import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ApiClient, startStack } from '@rekey/local'
import type { Stack } from '@rekey/local'
import { createJournal } from '@rekey/vault'
import { plainCredential } from '../../packages/rotation/test/sample-documents.ts'
import { Identities, put } from './vault-bench.ts'

let folder: string
let stack: Stack
let identities: Identities

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-alarms-'))
  stack = await startStack({ dir: folder, services: false, zones: [{ name: 'production', allowedNetworks: ['127.1.0.0/16'] }] })
  identities = new Identities(stack)
})
afterAll(async () => {
  await identities.close()
  await stack.stop()
  await rm(folder, { recursive: true, force: true })
})

type Line = Readonly<Record<string, unknown>>

async function linesOf (logFile: string): Promise<Line[]> {
  return (await readFile(logFile, 'utf8')).trim().split('\n').map(line => JSON.parse(line) as Line)
}

/** What is told of malformed documents. */
function alarmsIn (lines: readonly Line[]): Line[] {
  return lines.filter(({ event, alarm }) => event === 'alarm' && alarm === 'malformed-document')
}

test('a worker tells of each malformed document that it leaves out', async () => {
  const [worker, api] = [identities.service('worker-production'), identities.service('api')]
  await put(worker, 'rekey-production', ['credentials', 'web-1', 'root', 'ssh-key'], { nonsense: true })
  await put(api, 'rekey-production', ['orders', '1'], { nonsense: true })
  const journal = createJournal({ client: worker, zone: 'production' })
  for (const host of ['web-2', 'web-3']) await journal.save(plainCredential({ zone: 'production', host, account: 'root', name: 'ssh-key' }), 0)
  await put(api, 'rekey-production', ['hosts', 'web-2'], { nonsense: true })
  const { logFile } = await stack.startService('worker-production')
  const lines = await linesOf(logFile)
  const alarms = alarmsIn(lines).map(({ path }) => path)
  expect(alarms.sort()).toEqual(['credentials/web-1/root/ssh-key', 'hosts/web-2', 'orders/1'])
  // Every host but that one is known, and the worker is at work.
  expect(lines).toContainEqual(expect.objectContaining({ event: 'ready', credentials: 1 }))
})

test('the API tells of it once, and of which zone it is', async () => {
  const { logFile } = await stack.startService('api')
  const api = await ApiClient.of(stack)
  for (let n = 0; n < 3; n += 1) expect(await api.all('/v1/hosts')).toEqual([])
  expect(alarmsIn(await linesOf(logFile)).filter(({ path }) => path === 'hosts/web-2')).toMatchObject([{ zone: 'production', service: 'api' }])
})

test.each(['worker-production', 'broker-production'])('a %s that starts while Vault is sealed ends, so whoever looks after it starts it again', async (service) => {
  await stack.sealVault()
  const as = `${service}-sealed`
  await expect(stack.startService(service, {}, as)).rejects.toThrow(/ended at once[^]*vault\/sealed/)
  await stack.unsealVault()
  const process = await stack.startService(service, {}, as)
  process.kill('SIGTERM')
  await process.exited
})
