import { setTimeout as wait } from 'node:timers/promises'
import type { CredentialState } from '@rekey/domain'
import { RekeyError } from '@rekey/domain'
import type { Lab } from '@rekey/lab'
import type { ApiClient } from '@rekey/local'
import type { DemoFleet, Handed } from './fleet.ts'
import { credentialOf } from './fleet.ts'
import { inLanes } from './lanes.ts'
import type { Progress } from './progress.ts'

/** What the demo reads of the API's view of a credential. */
export interface Seen extends Pick<CredentialState, 'zone' | 'host' | 'account' | 'name' | 'kind' | 'status' | 'fingerprint' | 'lastFailure' | 'rotations'> {
  readonly shared: boolean
  readonly sharedWith: readonly string[]
}

interface Order {
  readonly zone: string
  readonly number: number
}

const patience = 120_000
/** Each look is work for the API and Vault, which the workers want for themselves. */
const lookEvery = 700

/** Hands over every host and every secret, and waits until the workers have logged in with each. */
export async function adoptFleet (api: ApiClient, { hosts, credentials }: DemoFleet, lab: Lab, progress: Progress): Promise<Seen[]> {
  for (const host of hosts) {
    await api.must('POST', '/v1/hosts', {
      zone: host.zone, id: host.name, address: host.address, port: host.port, hostKeys: lab.host(host.name).hostKeys, labels: { role: host.zone === 'backup' ? 'store' : 'server' }
    })
  }
  for (const { zone, host, account, through, ...one } of credentials) {
    await api.must('POST', '/v1/credentials', {
      zone, host, account, ...one.name === 'ssh-key' ? { privateKey: one.key.privateKey } : { password: one.password }, ...through === null ? {} : { through }
    })
  }
  return await until('adopted, or refused with a reason', async () => {
    const all = await api.all<Seen>('/v1/credentials')
    const refused = all.find((one) => one.status === 'refused' && !isBeyond(credentials, one))
    if (refused !== undefined) throw new RekeyError('input/invalid', `${credentialOf(refused)} was not adopted: ${refused.lastFailure?.message ?? ''}`)
    return { done: all.filter(({ status }) => status !== 'adopting').length, of: credentials.length, value: all }
  }, progress)
}

/** One request over both zones. The API answers at once; the workers of each zone do the rest. */
export async function rotateAll (api: ApiClient, { credentials: handed }: DemoFleet, progress: Progress): Promise<{ credentials: Seen[], orders: Order[] }> {
  const { orders } = await api.must<{ orders: Order[] }>('POST', '/v1/orders', { scope: { all: true }, reason: 'demo: replace every secret' }, { 'idempotency-key': `demo-${Date.now()}` })
  const beyond = handed.filter((one) => one.isBeyond)
  await until('settled', async () => {
    const seen = await Promise.all(orders.map(async ({ zone, number }) => await api.must<{ counts: { settled: number } }>('GET', `/v1/orders/${zone}/${number}`)))
    const settled = seen.reduce((sum, { counts }) => sum + counts.settled, 0)
    const of = handed.length - beyond.length
    // What can't be done is tried again and again: it is enough that Rekey has said so.
    const said = settled < of ? [] : await Promise.all(beyond.map(async (one) => (await api.must<Seen>('GET', `/v1/credentials/${credentialOf(one)}`)).lastFailure))
    return { done: settled, of, isDone: settled === of && said.every((failure) => failure !== null), value: undefined }
  }, progress)
  const listed = await api.all<Seen>('/v1/credentials')
  const credentials: Seen[] = []
  // The API looks through the whole fleet for each, to say what is shared: not for all at once.
  await inLanes([...listed.entries()], 4, async ([index, one]) => { credentials[index] = await api.must<Seen>('GET', `/v1/credentials/${credentialOf(one)}`) })
  return { credentials, orders }
}

export function isBeyond (credentials: readonly Handed[], seen: Seen): boolean {
  return credentials.some((one) => one.isBeyond && credentialOf(one) === credentialOf(seen))
}

async function until<T> (what: string, look: () => Promise<{ done: number, of: number, isDone?: boolean, value: T }>, progress: Progress): Promise<T> {
  const end = performance.now() + patience
  while (performance.now() < end) {
    const { done, of, isDone = done >= of, value } = await look()
    progress.count(what, done, of)
    if (isDone) return value
    await wait(lookEvery)
  }
  throw new RekeyError('input/invalid', `not all credentials were reached within ${patience / 1000} s (${what}); look at the workers' logs in the state folder`)
}
