import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { HostGate } from '../faults/harness/host-gate.ts'
import { asPerson as vaultOf, asService, type Who } from '../faults/harness/logins.ts'
import { until } from '../faults/harness/system.ts'
import { ApiSystem } from './api-system.ts'
import { asPerson, rekey } from './command-line.ts'

/*
 * One person's Vault login writes the policy of a zone. What of it would weaken the zone counts once as many people have approved as a campaign takes.
 */

interface ZoneView {
  readonly name: string
  readonly policy: { readonly redirectApprovals: number, readonly graceSeconds: number }
  readonly policyWaits: { readonly version: number, readonly digest: string, readonly changes: readonly object[], readonly approvals: readonly object[], readonly approvalsNeeded: number } | null
}

let system: ApiSystem
beforeAll(async () => {
  system = await ApiSystem.start(100)
  await system.adopt('web-1/deploy', 'web-2/deploy')
})
afterAll(async () => await system.stop())

const strict = { redirectApprovals: 2 }
const lax = { redirectApprovals: 1, graceSeconds: 3600 }

async function shown (): Promise<ZoneView> {
  const zones = (await system.api.get<{ items: ZoneView[] }>('/v1/zones')).body.items
  const found = zones.find(({ name }) => name === 'production')
  if (found === undefined) throw new Error('the API does not show the zone')
  return found
}

/** As one person, with nothing but his Vault login. @returns the version */
async function write (policy: object): Promise<number> {
  const person = await vaultOf(system.stack, 'production')
  const path = 'rekey-production/data/policies/default'
  const { body } = await person.send('GET', path)
  const cas = (body['data'] as { metadata: { version: number } } | undefined)?.metadata.version ?? 0
  await person.must('POST', path, { data: policy, options: { cas } })
  return cas + 1
}

/** Waits until a worker has noted so many. */
async function noted (redirectApprovals: number): Promise<void> {
  const person = await vaultOf(system.stack, 'production')
  await until(`${redirectApprovals} are noted`, async () => {
    const { body } = await person.send('GET', 'rekey-production/data/in-force/policy')
    return (body['data'] as { data: { redirectApprovals: number } } | undefined)?.data.redirectApprovals === redirectApprovals ? true : undefined
  })
}

async function propose (host: string, port: number): Promise<number> {
  const answer = await system.api.post<{ number: number }>(`/v1/hosts/production/${host}/redirects`, { port, reason: 'drill' })
  expect(answer.status).toBe(201)
  return answer.body.number
}

async function approve (what: number | 'policy', ...people: Who[]): Promise<void> {
  for (const who of people) expect(await asPerson(system.stack, 'production', who, 'approve', `production/${what}`, '--yes')).toMatchObject({ code: 0 })
}

const portOf = async (host: string): Promise<number | undefined> =>
  (await system.api.get<{ items: Array<{ id: string, port: number }> }>('/v1/hosts?zone=production')).body.items.find(({ id }) => id === host)?.port
const movesTo = async (host: string, port: number): Promise<true> => await until(`${host} is at port ${port}`, async () => await portOf(host) === port ? true : undefined, 30)
const keysOf = async (host: string): Promise<string[]> => (await system.lab.host(host).read('/home/deploy/.ssh/authorized_keys')).trim().split('\n')

/** Has the account rotated by an order, so that its worker has been there by the policy as it is now. */
async function rotate (host: string): Promise<void> {
  expect((await system.done('production', await system.order(host))).counts).toMatchObject({ settled: 1 })
}

test('a weaker policy that one of two people writes does not hold before the other has approved, and no approval serves a second time', async () => {
  const gate = await HostGate.open(system.lab.host('web-1'))
  const own = system.lab.host('web-1').port
  try {
    expect(await write(strict)).toBe(1)
    const there = await propose('web-1', gate.port)
    await approve(there, 'operator', 'responder')
    await movesTo('web-1', gate.port)
    await noted(2)

    expect(await write(lax)).toBe(2)
    const back = await propose('web-1', own)
    await approve(back, 'operator')
    await rotate('web-1')
    expect(await keysOf('web-1')).toHaveLength(1)
    expect(await portOf('web-1')).toBe(gate.port)
    const waits = (await shown()).policyWaits
    expect(await shown()).toMatchObject({ policy: { redirectApprovals: 2, graceSeconds: 0 }, policyWaits: { version: 2, approvals: [], approvalsNeeded: 2, changes: [{ field: 'redirectApprovals', inForce: 2, written: 1 }, { field: 'graceSeconds', inForce: 0, written: 3600 }] } })
    expect((await rekey(['status', '--stack', system.stack.dir], system.stack.dir)).out).toContain('The policy of production waits, with 0 of 2 approvals, to be weakened: redirectApprovals 2 → 1, graceSeconds 0 → 3600 (rekey approve production/policy).')

    await approve('policy', 'operator', 'operator')
    await rotate('web-1')
    expect([await keysOf('web-1'), await portOf('web-1')]).toEqual([[expect.anything()], gate.port])
    expect((await shown()).policyWaits?.approvals).toHaveLength(1)
    await approve('policy', 'responder')
    expect(await shown()).toMatchObject({ policy: lax, policyWaits: null })
    // By the one approval that it has had all along; and the rotation at the new place leaves the old key its grace.
    await movesTo('web-1', own)
    await until('the old key stays for its grace', async () => (await keysOf('web-1')).length === 2 ? true : undefined, 30)
    await noted(1)

    expect(await write(strict)).toBe(3)
    await noted(2)
    expect(await write(lax)).toBe(4)
    for (const who of ['operator', 'responder'] as const) {
      const person = await vaultOf(system.stack, 'production', who)
      const { entity_id: entity } = (await person.must('GET', 'auth/token/lookup-self'))['data'] as { entity_id: string }
      const { data } = (await person.must('GET', `rekey-production/data/approvals/policy-2/${entity}`))['data'] as { data: { digest: string } }
      expect(data.digest).toBe(waits?.digest)
      await person.must('POST', `rekey-production/data/approvals/policy-4/${entity}`, { data, options: { cas: 0 } })
      expect(await asPerson(system.stack, 'production', who, 'approve', 'production/policy', '--yes')).toMatchObject({ code: 1, shown: expect.stringMatching(new RegExp(`whose digest was ${data.digest} .*write policies/default anew, and approve of that version \\[approval/exists\\]`)) as unknown })
    }
    expect(await shown()).toMatchObject({ policy: { redirectApprovals: 2, graceSeconds: 0 }, policyWaits: { version: 4, approvals: [] } })
    await approve(await propose('web-2', gate.port), 'operator')
    await rotate('web-2')
    expect([await keysOf('web-2'), await portOf('web-2')]).toEqual([[expect.anything()], system.lab.host('web-2').port])
  } finally {
    await gate.close()
  }
})

test('nobody but people approves, and nobody but the zone\'s worker says what is in force', async () => {
  const person = await vaultOf(system.stack, 'production')
  const { entity_id: entity } = (await person.must('GET', 'auth/token/lookup-self'))['data'] as { entity_id: string }
  const { data: fields, metadata: { version } } = (await person.must('GET', 'rekey-production/data/in-force/policy'))['data'] as { data: object, metadata: { version: number } }
  const approval = { data: { digest: 'd'.repeat(64), by: 'userpass-operator-production' }, options: { cas: 0 } }
  const note = { data: { ...fields, ...lax }, options: { cas: version } }
  const approvals = [`rekey-production/data/approvals/policy-9/${entity}`, 'rekey-production/data/approvals/policy-9/made-up']
  const notes = ['POST', 'PUT', 'PATCH'].map(method => [method, 'rekey-production/data/in-force/policy', note] as const)
  const wipes = [['DELETE', 'rekey-production/data/in-force/policy', undefined], ['DELETE', 'rekey-production/metadata/in-force/policy', undefined], ['PUT', 'rekey-production/destroy/in-force/policy', { versions: [version] }]] as const
  const [api, worker, other, neighbour, responder] = [await asService(system.stack, 'api'), await asService(system.stack, 'worker-production'), await asService(system.stack, 'worker-backup'), await vaultOf(system.stack, 'backup'), await vaultOf(system.stack, 'production', 'responder')]
  for (const login of [api, worker, other, neighbour, responder]) {
    for (const path of approvals) expect([path, (await login.send('POST', path, approval)).status]).toEqual([path, 403])
    for (const [method, path, body] of [...login === worker ? [] : notes, ...wipes]) expect([method, path, (await login.send(method, path, body)).status]).toEqual([method, path, 403])
  }
  expect((await person.must('GET', 'rekey-production/data/in-force/policy'))['data']).toMatchObject({ data: fields, metadata: { version } })
})
