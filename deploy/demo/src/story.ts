import { setTimeout as wait } from 'node:timers/promises'
import type { CredentialState } from '@rekey/domain'
import { RekeyError } from '@rekey/domain'
import type { Fleet, Lab } from '@rekey/lab'
import type { ApiClient } from '@rekey/local'
import { credentialOf } from './fleet-keys.ts'
import type { Progress } from './progress.ts'

/** What the demo reads of the API's view of a credential. */
export interface Seen extends Pick<CredentialState, 'zone' | 'host' | 'account' | 'name' | 'status' | 'fingerprint' | 'lastFailure' | 'rotations'> {
  readonly shared: boolean
}

interface OrderSeen {
  readonly done: boolean
  readonly counts: { readonly total: number, readonly settled: number }
}

const patience = 120_000

/** Hands over every host and every key, and waits until the workers have logged in with each. */
export async function adoptFleet (api: ApiClient, fleet: Fleet, lab: Lab, progress: Progress): Promise<Seen[]> {
  for (const host of fleet.hosts) {
    await api.must('POST', '/v1/hosts', {
      zone: host.zone, id: host.name, address: host.address, port: host.port, hostKeys: lab.host(host.name).hostKeys, labels: { role: host.zone === 'backup' ? 'store' : 'server' }
    })
  }
  for (const { zone, host, account, privateKey } of fleet.keys) {
    await api.must('POST', '/v1/credentials', { zone, host, account, privateKey })
  }
  return await until('adopted', async () => {
    const all = await api.all<Seen>('/v1/credentials')
    const refused = all.find(({ status }) => status === 'refused')
    if (refused !== undefined) throw new RekeyError('input/invalid', `${credentialOf(refused)} was not adopted: ${refused.lastFailure?.message ?? ''}`)
    return { done: all.filter(({ status }) => status === 'settled').length, of: fleet.keys.length, value: all }
  }, progress)
}

/** One request over both zones. The API answers at once; the workers of each zone do the rest. */
export async function rotateAll (api: ApiClient, progress: Progress): Promise<{ credentials: Seen[], orders: Array<{ zone: string, number: number }> }> {
  const placed = await api.must<{ orders: Array<{ zone: string, number: number }> }>('POST', '/v1/orders', { scope: { all: true }, reason: 'demo: replace every key' }, { 'idempotency-key': `demo-${Date.now()}` })
  await until('settled', async () => {
    const seen = await Promise.all(placed.orders.map(async ({ zone, number }) => await api.must<OrderSeen>('GET', `/v1/orders/${zone}/${number}`)))
    const sum = (field: 'total' | 'settled'): number => seen.reduce((total, { counts }) => total + counts[field], 0)
    return { done: sum('settled'), of: sum('total'), value: undefined }
  }, progress)
  const listed = await api.all<Seen>('/v1/credentials')
  const credentials = await Promise.all(listed.map(async (one) => await api.must<Seen>('GET', `/v1/credentials/${credentialOf(one)}`)))
  return { credentials, orders: placed.orders }
}

async function until<T> (what: string, look: () => Promise<{ done: number, of: number, value: T }>, progress: Progress): Promise<T> {
  const end = performance.now() + patience
  while (performance.now() < end) {
    const { done, of, value } = await look()
    progress.count(what, done, of)
    if (done >= of) return value
    await wait(200)
  }
  throw new RekeyError('input/invalid', `not all credentials were ${what} within ${patience / 1000} s; look at the workers' logs in the state folder`)
}

/** Whether one connection in the host's own log shows the three verdicts: a random key and the old one refused, the new one accepted. */
export async function sshdSaw (lab: Lab, { host, account, rotations }: Seen): Promise<boolean> {
  const rotation = rotations[0]
  if (rotation === undefined) return false
  const connections = await lab.host(host).connections()
  return connections.some(({ verdicts }) => {
    const own = verdicts.filter((verdict) => verdict.account === account)
    const old = own.findIndex(({ verdict, fingerprint }) => verdict === 'refused' && fingerprint === rotation.oldFingerprint)
    const accepted = own.findIndex(({ verdict, fingerprint }) => verdict === 'accepted' && fingerprint === rotation.newFingerprint)
    return old > 0 && own[0]?.verdict === 'refused' && own[0].fingerprint !== rotation.oldFingerprint && accepted > old
  })
}
