import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { RekeyError, type CredentialState } from '@rekey/domain'
import { ApiClient, layout } from '@rekey/local'
import { state } from './files.ts'
import { ports, type Plan, type Zone } from './plan.ts'

const paths = layout(state)

/** Adds the demo hosts, hands over the key that opens each, has all replaced, and prints the proofs. A second time it replaces them again. */
export async function rotate (plan: Plan): Promise<void> {
  const api = await ApiClient.of({ caFile: paths.ca, api: { url: `https://${plan.api.address}:${ports.api}`, tokenFile: paths.adminToken } })
  try {
    for (const zone of plan.zones) await handOver(api, zone)
    await until('every key is adopted', async () => (await seen(api)).every(({ status }) => status !== 'adopting'))
    const { orders } = await api.must<{ orders: Array<{ zone: string, number: number }> }>('POST', '/v1/orders', { scope: { all: true }, reason: 'docker compose up' }, { 'idempotency-key': `compose-${Date.now()}` })
    await until('every old key is proven dead', async () => {
      const views = await Promise.all(orders.map(async ({ zone, number }) => await api.must<{ done: boolean }>('GET', `/v1/orders/${zone}/${number}`)))
      return views.every(({ done }) => done)
    })
    for (const { zone, host, account, name } of await seen(api)) {
      const { rotations: [last] } = await api.must<CredentialState>('GET', `/v1/credentials/${zone}/${host}/${account}/${name}`)
      process.stdout.write(`${zone}/${host}/${account}/${name}: ${last?.oldFingerprint ?? ''} refused, ${last?.newFingerprint ?? ''} accepted, settled ${last?.settledAt ?? ''}\n`)
    }
  } finally {
    api.close()
  }
}

async function handOver (api: ApiClient, { name: zone, host: address }: Zone): Promise<void> {
  const keys = join(state, 'hosts', zone, 'keys')
  const [hostKey, privateKey] = await Promise.all(['ssh_host_ed25519_key.pub', 'old-key'].map(async name => await readFile(join(keys, name), 'utf8')))
  const host = `${zone}-1`
  await created(api, '/v1/hosts', { zone, id: host, address, port: ports.host, hostKeys: [hostKey?.split(' ').slice(0, 2).join(' ')] })
  await created(api, '/v1/credentials', { zone, host, account: 'deploy', privateKey })
}

/** Once; what exists is there from an earlier run. */
async function created (api: ApiClient, path: string, body: object): Promise<void> {
  const { status, body: answer } = await api.call<{ detail?: string }>('POST', path, body)
  if (status > 299 && status !== 409) throw new RekeyError('input/invalid', `POST ${path}: ${status} ${answer.detail ?? ''}`)
}

async function seen (api: ApiClient): Promise<CredentialState[]> {
  return await api.all<CredentialState>('/v1/credentials')
}

async function until (what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const begun = performance.now(); !await holds();) {
    await sleep(500)
    if (performance.now() - begun > 120_000) throw new RekeyError('stack/failed', `not within two minutes: ${what}; look at the workers' logs`)
  }
}
