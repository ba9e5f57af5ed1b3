import { randomUUID } from 'node:crypto'
import { makeKey } from '@rekey/lab'
import type { VaultHttp } from '@rekey/local'
import { HostGate } from '../faults/harness/host-gate.ts'
import { asPerson, asService } from '../faults/harness/logins.ts'
import { ApiSystem } from './api-system.ts'
import type { Place, View } from './api-system.ts'
import { asOperator } from './command-line.ts'

/*
 * Where a host is, is decided by people with their own Vault logins. Everything that the API has, moves nothing.
 */

interface Redirect { readonly number: number, readonly status: string, readonly digest: string }

let system: ApiSystem
let deploy: Place

beforeAll(async () => {
  system = await ApiSystem.start(76)
  deploy = system.place('web-1/deploy')
  await system.adopt('web-1/deploy', 'web-2/deploy')
})
afterAll(async () => await system.stop())

async function propose (host: string, change: object, reason = 'drill'): Promise<Redirect> {
  const answer = await system.api.post<Redirect>(`/v1/hosts/production/${host}/redirects`, { ...change, reason })
  expect([answer.status, answer.body.status]).toEqual([201, 'proposed'])
  return answer.body
}

const approve = async (redirect: string) => await asOperator(system.stack, 'production', 'approve', redirect, '--yes')

const becomes = async (place: Place, what: string, isSo: (view: View) => boolean): Promise<View> => await system.becomes(place, what, isSo)

async function statusOf (number: number): Promise<string> {
  return (await system.api.get<Redirect>(`/v1/proposals/production/${number}`)).body.status
}

const person = async (zone: string): Promise<VaultHttp> => await asPerson(system.stack, zone)
const service = async (name: string): Promise<VaultHttp> => await asService(system.stack, name)

test('a host that moves is reached at its new place once a person has approved, and a rotation proves it there', async () => {
  const gate = await HostGate.open(system.lab.host('web-1'))
  try {
    const before = await system.view(deploy)
    const { number } = await propose('web-1', { port: gate.port }, 'moved to the new rack')
    await system.order('web-1')
    await becomes(deploy, 'is settled by the order', (view) => view.status === 'settled' && view.fingerprint !== before.fingerprint)
    expect(gate.connections).toHaveLength(0)

    const ordered = await system.view(deploy)
    const { code, shown } = await approve(`production/${number}`)
    expect([code, shown]).toEqual([0, expect.stringMatching(/Redirect 1 of production\/web-1, proposed by admin[\s\S]*moved to the new rack[\s\S]*address {3}- [\s\S]*address {3}\+ [\s\S]*stays ssh-ed25519 SHA256:[\s\S]*one approval/)])
    const moved = await becomes(deploy, 'is rotated at its new place', (view) => view.status === 'settled' && view.fingerprint !== ordered.fingerprint)
    expect(moved.rotations[0]?.proof).toMatchObject({ randomRefused: true, oldRefused: [ordered.fingerprint] })
    expect(gate.connections).toHaveLength(3)
    expect((await system.api.get<{ items: unknown[] }>('/v1/hosts?zone=production')).body.items).toContainEqual(expect.objectContaining({ id: 'web-1', port: gate.port, redirect: number }))
    expect(await statusOf(number)).toBe('carried-out')
    expect(await approve(`production/${number}`)).toMatchObject({ code: 1, shown: expect.stringContaining('carried out already') as string })

    const back = await propose('web-1', { port: system.lab.host('web-1').port }, 'and back')
    await approve(`production/${back.number}`)
    await becomes(deploy, 'is rotated at its old place', (view) => view.status === 'settled' && view.fingerprint !== moved.fingerprint)
    expect(gate.connections).toHaveLength(3)
  } finally {
    await gate.close()
  }
})

test('a host that was reinstalled comes back with the key that a person has compared', async () => {
  const host = system.lab.host('web-2')
  const place = system.place('web-2/deploy')
  const fresh = makeKey()
  await host.write('/etc/ssh/ssh_host_ed25519_key', fresh.privateKey)
  expect((await host.run('kill -HUP 1 && sleep 0.3')).code).toBe(0)
  await system.order('web-2')
  await becomes(place, 'is held', (view) => view.hold?.class === 'identity-changed')
  const { number } = await propose('web-2', { hostKeys: [fresh.publicKey] }, 'reinstalled on purpose')
  await approve(`production/${number}`)
  const back = await becomes(place, 'goes on', (view) => view.status === 'settled' && view.hold === null)
  expect(back.rotations[0]?.proof).toMatchObject({ randomRefused: true })
})

describe('everything that the API has', () => {
  const approvalOf = ({ number }: Redirect, entity: string): string => `rekey-production/data/approvals/proposal-${number}/${entity}`
  const approval = ({ digest }: Redirect) => ({ data: { digest, by: 'userpass-operator-production' }, options: { cas: 0 } })

  test('proposes, and can\'t approve: not as itself, not as somebody else, not by the worker\'s or another zone\'s login', async () => {
    const redirect = await propose('web-1', { port: 7 })
    const entity = (await (await person('production')).must('GET', 'auth/token/lookup-self'))['data'] as { entity_id: string }
    const [api, worker, neighbour, own] = [await service('api'), await service('worker-production'), await person('backup'), await person('production')]
    const apiEntity = ((await (await service('api')).send('GET', 'auth/token/lookup-self')).body['data'] as { entity_id: string }).entity_id
    for (const name of [entity.entity_id, apiEntity, randomUUID()]) {
      for (const login of [api, worker, neighbour]) expect((await login.send('POST', approvalOf(redirect, name), approval(redirect))).status).toBe(403)
    }
    // A person writes under the id of his own entity only, once.
    expect((await own.send('POST', approvalOf(redirect, randomUUID()), approval(redirect))).status).toBe(403)
    expect(await statusOf(redirect.number)).toBe('proposed')
    expect((await own.send('POST', approvalOf(redirect, entity.entity_id), { ...approval(redirect), data: { digest: 'f'.repeat(64), by: 'ada' } })).status).toBe(200)
    expect((await own.send('POST', approvalOf(redirect, entity.entity_id), { ...approval(redirect), options: { cas: 1 } })).status).toBe(403)
  })

  test('moves nothing: neither a record, nor a redirect that is there, nor a document of its own making', async () => {
    const api = await service('api')
    const redirect = await propose('web-1', { port: 9 })
    const path = 'rekey-production/data/hosts/web-1'
    const { data } = (await api.must('GET', path))['data'] as { data: Record<string, unknown> }
    const requests: Array<[string, string, unknown]> = [
      ['POST', path, { data: { ...data, port: 9 }, options: { cas: 3 } }],
      ['PUT', path, { data: { ...data, port: 9 }, options: { cas: 0 } }],
      ['PATCH', path, { data: { port: 9 } }],
      ['DELETE', path, undefined],
      ['DELETE', 'rekey-production/metadata/hosts/web-1', undefined],
      ['POST', `rekey-production/data/proposals/${redirect.number}`, { data: {}, options: { cas: 1 } }],
      ['DELETE', `rekey-production/metadata/proposals/${redirect.number}`, undefined],
      ['DELETE', `rekey-production/metadata/approvals/proposal-${redirect.number}/x`, undefined],
      ['POST', 'identity/entity', { name: 'mine' }]
    ]
    for (const [method, where, body] of requests) expect([method, where, (await api.send(method, where, body)).status]).toEqual([method, where, 403])

    // What a person reads in a terminal can't be written over.
    const { data: proposal } = (await api.must('GET', `rekey-production/data/proposals/${redirect.number}`))['data'] as { data: { to: object } }
    const hostile = [{ reason: 'moved\u001b[2K' }, { reason: 'moved\nto nowhere' }, { proposedBy: 'admin\u202e' }, { to: { ...proposal.to, address: '10.0.0.1\r127.1.0.1' } }, { to: { ...proposal.to, address: '10.0.0.1 port 22' } }]
    for (const [index, change] of hostile.entries()) {
      await api.must('POST', `rekey-production/data/proposals/${50 + index}`, { data: { ...proposal, ...change, number: 50 + index }, options: { cas: 0 } })
      expect([index, await approve(`production/${50 + index}`)]).toEqual([index, { code: 1, shown: expect.stringMatching(/^rekey: the document proposals\/5\d is malformed[ -~]*\[vault\/malformed\]\n$/) as string }])
    }

    // It may write what it likes where it may create; the worker asks who has approved.
    const before = await system.view(deploy)
    await api.must('POST', 'rekey-production/data/proposals/99', { data: { ...((await api.must('GET', `rekey-production/data/proposals/${redirect.number}`))['data'] as { data: object }).data, number: 99 }, options: { cas: 0 } })
    await system.order('web-1')
    await becomes(deploy, 'is rotated where it is', (view) => view.status === 'settled' && view.fingerprint !== before.fingerprint)
    expect((await api.must('GET', path))['data']).toMatchObject({ data })
  })
})
