import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stateBeforeAdoption } from '@rekey/domain'
import { ApiClient, startStack, type Stack, type VaultHttp } from '@rekey/local'
import { inParallel } from './in-parallel.ts'
import { median } from './arithmetic.ts'

/** How long `POST /v1/campaigns` over everything takes to be accepted, in seconds. */
export interface Accepted {
  readonly credentials: number
  /** With nothing remembered of an earlier request. */
  readonly firstSeconds: number
  /** Median of five more. */
  readonly seconds: number
}

const zones = ['production', 'backup'] as const
const accountsOfHost = 4
const writers = 32
const requests = 5

/** Fills a Vault with so many credentials, spread over two zones and with four accounts to a host, and proposes that all are revoked. No host and no worker is needed for that. */
export async function measureAccept (folder: string, credentials: number, say: (line: string) => void, onEnd: (end: () => Promise<void>) => void): Promise<Accepted> {
  await mkdir(folder, { recursive: true })
  const stack = await startStack({ dir: join(folder, 'stack'), services: false, zones: zones.map((name) => ({ name, allowedNetworks: ['127.1.0.0/16'] })) })
  onEnd(async () => { await stack.stop() })
  await stack.startService('api')
  const api = await ApiClient.of(stack)
  for (const zone of zones) await fill(await asWorker(stack, zone), zone, credentials / zones.length)
  say(`${credentials} credentials stand in Vault`)
  const seconds: number[] = []
  for (let count = 0; count <= requests; count += 1) {
    const begun = performance.now()
    await api.must('POST', '/v1/campaigns', { kind: 'revoke-all', scope: { all: true }, reason: 'bench' })
    seconds.push((performance.now() - begun) / 1000)
    say(`accepted in ${(seconds.at(-1) ?? 0).toFixed(3)} s`)
  }
  api.close()
  const [firstSeconds = 0, ...more] = seconds
  return { credentials, firstSeconds: Number(firstSeconds.toFixed(3)), seconds: Number(median(more).toFixed(3)) }
}

async function asWorker (stack: Stack, zone: string): Promise<VaultHttp> {
  const { roleIdFile, secretIdFile } = stack.credentials(`worker-${zone}`)
  const [roleId, secretId] = await Promise.all([readFile(roleIdFile, 'utf8'), readFile(secretIdFile, 'utf8')])
  return stack.vaultHttp.as(await stack.vaultHttp.loginRole(roleId, secretId))
}

/** Documents and states as a worker leaves them; of the documents only the names count here. */
async function fill (vault: VaultHttp, zone: string, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => ({ zone, host: `host-${Math.floor(index / accountsOfHost)}`, account: `user-${index % accountsOfHost}`, name: 'ssh-key' }))
  const at = new Date().toISOString()
  await inParallel(names, writers, async (name) => {
    const path = `${name.host}/${name.account}/${name.name}`
    const state = { ...stateBeforeAdoption(name, 'ssh-key'), status: 'settled', fingerprint: `SHA256:${Buffer.from(`${zone}/${path}`).toString('base64url').padEnd(43, 'A').slice(0, 43)}`, epoch: 1, madeAt: at, verifiedAt: at, updatedAt: at }
    await vault.must('POST', `rekey-${zone}/data/credentials/${path}`, { data: {}, options: { cas: 0 } })
    await vault.must('POST', `rekey-${zone}/data/states/${path}`, { data: state, options: { cas: 0 } })
  })
}
