import { beforeEach, expect, test } from '@jest/globals'
import type { Debt } from '@rekey/domain'
import { startApi, type TestApi } from './client.ts'
import { addManaged, settledState } from './memory-ports.ts'

let api: TestApi

const at = '2026-03-01T12:00:00.000Z'
const debt = (fingerprint: string, why: Debt['class']): Debt => ({ fingerprint, since: at, notBefore: at, class: why })
const lastFailure = { class: 'unreachable' as const, step: 'prove', code: 'ssh/unreachable', message: 'it refused', at }

beforeEach(async () => {
  api = await startApi()
  addManaged(api.world,
    settledState('production/web-1/deploy', { status: 'debt', debts: [debt('SHA256:b', 'unreachable'), debt('SHA256:a', 'unreachable')], lastFailure, nextAttemptAt: at }),
    settledState('production/web-1/app', { status: 'rotating', fingerprint: 'SHA256:now', owed: debt('SHA256:now', 'waiting') }),
    settledState('backup/store-1/root', { status: 'grace', debts: [debt('SHA256:c', 'grace')] }),
    settledState('backup/store-2/root', { status: 'left', debts: [debt('SHA256:signed-off', 'unreachable')] }))
})

async function list (query = '', headers: Record<string, string> = {}) {
  const { status, body } = await api.get(`/v1/debts${query}`, headers)
  expect(status).toBe(200)
  return body as unknown as { items: Array<Record<string, unknown>>, next: string | null }
}

const fingerprints = async (query: string) => (await list(query)).items.map(({ fingerprint }) => fingerprint)

test('each debt says of which credential it is, why it is open, since when, and what would end it; what was signed off is none', async () => {
  const { items } = await list()
  expect(items).toMatchObject([
    { zone: 'backup', host: 'store-1', account: 'root', name: 'ssh-key', fingerprint: 'SHA256:c', isCurrent: false, class: 'grace', endedBy: 'time' },
    { zone: 'production', account: 'app', fingerprint: 'SHA256:now', isCurrent: true, class: 'waiting', endedBy: 'worker', lastFailure: null },
    { zone: 'production', account: 'deploy', fingerprint: 'SHA256:a', since: at, endedBy: 'host', lastFailure, nextAttemptAt: at },
    { zone: 'production', account: 'deploy', fingerprint: 'SHA256:b' }
  ])
})

test('they are filtered by zone, host and class, and come in pages', async () => {
  expect(await fingerprints('?zone=production')).toEqual(['SHA256:now', 'SHA256:a', 'SHA256:b'])
  expect(await fingerprints('?host=store-1')).toEqual(['SHA256:c'])
  expect(await fingerprints('?class=unreachable')).toEqual(['SHA256:a', 'SHA256:b'])
  const first = await list('?limit=3')
  expect(first.items).toHaveLength(3)
  expect((await list(`?limit=3&cursor=${first.next ?? ''}`)).items).toMatchObject([{ fingerprint: 'SHA256:b' }])
})

test('a caller sees those of his zones', async () => {
  const { token } = (await api.post('/v1/tokens', { name: 'ci', role: 'viewer', zones: ['backup'] })).body as unknown as { token: string }
  expect((await list('', { authorization: `Bearer ${token}` })).items).toMatchObject([{ fingerprint: 'SHA256:c' }])
})
