import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { fingerprint } from '@rekey/lab'
import type { VaultHttp } from '@rekey/local'
import { asPerson } from '../faults/harness/logins.ts'
import { until } from '../faults/harness/system.ts'
import { ApiSystem } from './api-system.ts'
import type { Place, View } from './api-system.ts'

/** Longer than many scans, and than a full one. */
const aWhile = 5000

let system: ApiSystem
let [deploy, app, other]: Place[] = []
let operator: VaultHttp

beforeAll(async () => {
  system = await ApiSystem.start(72);
  [deploy, app, other] = ['web-1/deploy', 'web-1/app', 'web-2/deploy'].map(name => system.place(name))
  operator = await asPerson(system.stack, 'production')

  await must('/v1/hosts', { ...system.newHost('web-1'), observe: true })
  await must('/v1/hosts', system.newHost('web-2'))
  await must('/v1/credentials', system.newCredential(present(deploy)))
  await must('/v1/credentials', { ...system.newCredential(present(app)), observe: true })
  await must('/v1/credentials', system.newCredential(present(other)))
  for (const place of [deploy, app, other]) await system.reaches(present(place), 'settled')
})
afterAll(async () => await system.stop())

function present (place: Place | undefined): Place {
  if (place === undefined) throw new Error('not set up')
  return place
}

async function must<T> (path: string, body: unknown): Promise<T> {
  const answer = await system.api.post<T>(path, body)
  if (answer.status > 299) throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

const pathOf = ({ zone, host, account }: Place) => `/v1/credentials/${zone}/${host}/${account}/ssh-key`

async function becomes (place: Place | undefined, what: string, isSo: (view: View) => boolean): Promise<View> {
  return await until(`${present(place).account} ${what}`, async () => {
    const view = await system.view(present(place))
    return isSo(view) ? view : undefined
  }, 20, async () => JSON.stringify(await system.view(present(place))))
}

/** Everything on the host and in Vault that a change of these accounts would show in. */
async function everythingOf (places: ReadonlyArray<Place | undefined>): Promise<unknown> {
  return await Promise.all(places.map(async one => {
    const { zone, host, account } = present(one)
    const machine = system.lab.host(host)
    const { stdout } = await machine.run(`cd ${machine.home(account)} && find . -printf '%p %m %u %s %T@ %C@\\n' | sort && cat .ssh/authorized_keys`)
    const { data } = await operator.must('GET', `rekey-${zone}/data/credentials/${host}/${account}/ssh-key`) as { data: { data: unknown, metadata: { version: number } } }
    // One log for all accounts of the host: the whole of it must stay as it is.
    return { files: stdout, document: data.data, version: data.metadata.version, log: await readFile(machine.logFile, 'utf8') }
  }))
}

test('an import that is to be observed logs in to adopt, and leaves the hosts as they were', async () => {
  for (const [place, observers] of [[deploy, ['host']], [app, ['credential', 'host']]] as const) {
    expect(await system.view(present(place))).toMatchObject({ status: 'settled', observed: true, observers, planned: null, epoch: 1 })
    const machine = system.lab.host('web-1')
    expect(await machine.read(`${machine.home(present(place).account)}/.ssh/authorized_keys`)).toContain(present(place).key.publicKey)
    expect((await machine.run(`ls -A ${machine.home(present(place).account)}/.ssh`)).stdout.trim()).toBe('authorized_keys')
  }
  expect((await system.api.get<{ items: object[] }>('/v1/hosts?zone=production')).body.items).toMatchObject([{ id: 'web-1', observed: true }, { id: 'web-2', observed: false }])
})

test('an order rotates what is managed, tells what it would do to the rest, and is done without it', async () => {
  const order = { scope: { zones: ['production'] }, reason: 'a laptop was stolen' }
  expect(await must('/v1/orders', { ...order, dryRun: true })).toMatchObject({ orders: [{ targets: 3, observed: ['production/web-1/app/ssh-key', 'production/web-1/deploy/ssh-key'] }] })
  const before = await everythingOf([deploy, app])
  expect(await must('/v1/orders', order)).toMatchObject({ orders: [{ zone: 'production', number: 1, targets: 3, observed: 2 }] })
  expect(await system.done('production', 1)).toMatchObject({ counts: { total: 3, settled: 1, observed: 2, pending: 0 } })
  await becomes(deploy, 'planned', ({ planned }) => planned?.step === 'store' && planned.order === 1)
  await wait(aWhile)
  // Not one connection more, and every file as it was.
  expect(await everythingOf([deploy, app])).toEqual(before)
  expect(await system.done('production', 1)).toMatchObject({
    targets: [{ account: 'app', outcome: 'observed', planned: { step: 'store', order: 1 } }, { account: 'deploy', outcome: 'observed' }, { host: 'web-2', outcome: 'settled', planned: null }]
  })
})

test('a credential that is released is rotated for the order that it had missed, and the other one of its host is not', async () => {
  const before = await system.view(present(app))
  const reason = 'its first week showed no surprise'
  const released = await must(`${pathOf(present(deploy))}/manage`, { reason })
  expect(released).toMatchObject({ account: 'deploy', by: 'admin', reason })
  const view = await becomes(deploy, 'rotated', ({ order, status }) => order === 1 && status === 'settled')
  expect(view).toMatchObject({ observed: false, observers: [], planned: null, epoch: 2, rotations: [{ proof: { oldRefused: [present(deploy).key.fingerprint] } }] })
  const machine = system.lab.host('web-1')
  const lines = (await machine.read(`${machine.home('deploy')}/.ssh/authorized_keys`)).trim().split('\n')
  expect(lines.map(fingerprint)).toEqual([view.fingerprint])
  expect(await must(`${pathOf(present(deploy))}/manage`, { reason: 'another one' })).toEqual(released)

  // The host's release is not what the other one waits for: it was handed over to be observed itself.
  await must('/v1/hosts/production/web-1/manage', { reason })
  expect(await becomes(app, 'observed for its own sake', ({ observers }) => observers.join() === 'credential')).toMatchObject({ fingerprint: before.fingerprint, epoch: 1 })
  await must(`${pathOf(present(app))}/manage`, { reason })
  await becomes(app, 'rotated', ({ order, status }) => order === 1 && status === 'settled')
  expect(await system.done('production', 1)).toMatchObject({ counts: { total: 3, settled: 3, observed: 0 } })
})

test('a zone that its people observe stays as it is, whatever was released, until they say otherwise', async () => {
  const policy = 'rekey-production/data/policies/default'
  await operator.must('POST', policy, { options: { cas: 0 }, data: { observe: 'true' } })
  for (const place of [deploy, app, other]) await becomes(place, 'observed', ({ observers }) => observers.join() === 'zone')
  const before = await everythingOf([deploy, app, other])
  await must('/v1/orders', { scope: { zones: ['production'] }, reason: 'a stolen API orders' })
  await must('/v1/hosts/production/web-2/manage', { reason: 'a stolen API releases' })
  await becomes(other, 'planned', ({ planned }) => planned?.order === 2)
  await wait(aWhile)
  expect(await everythingOf([deploy, app, other])).toEqual(before)
  await operator.must('POST', policy, { options: { cas: 1 }, data: { observe: 'false' } })
  for (const place of [deploy, app, other]) await becomes(place, 'rotated', ({ order, status, observed }) => order === 2 && status === 'settled' && !observed)
})
