import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { leaseId, type LeaseTaken } from '@rekey/domain'
import { startStack, type Stack } from '@rekey/local'
import { TokenVerifier } from '@rekey/oidc'
import { LeaseCleaning } from '@rekey/rotation'
import { createBrokerStore, createJournal, createLeaseAttic, type VaultClient } from '@rekey/vault'
import { makeKey, MemoryWeb, sign, type Key } from '../../packages/oidc/test/memory-issuer.ts'
import { plainCredential } from '../../packages/rotation/test/sample-documents.ts'
import { Identities } from './vault-bench.ts'

/* What leases leave behind in OpenBao, each identity under its own policy, and that it goes when nothing follows from it any more. */

let folder: string
let stack: Stack
let identities: Identities
let worker: VaultClient
let key: Key
let time = Date.parse('2026-03-01T12:00:00.000Z')
const issuer = 'https://ci.example'
const web = new MemoryWeb()
const day = 24 * 3600 * 1000

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-spent-'))
  stack = await startStack({ dir: folder, services: false, zones: ['production', 'backup'].map((name) => ({ name, allowedNetworks: ['127.1.0.0/16'] })) })
  identities = new Identities(stack)
  worker = identities.service('worker-production')
  key = await makeKey('first')
  web.publish(issuer, [key])
})

afterAll(async () => {
  await identities.close()
  await stack.stop()
  await rm(folder, { recursive: true, force: true })
})

const now = (): Date => new Date(time)
const name = { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' }
const store = (zone = 'production') => createBrokerStore({ client: identities.service(`broker-${zone}`), zone })
const verified = async (token: string) => await new TokenVerifier({ fetchJson: web.fetchJson, now }).verify(token, [{ issuer, audience: 'rekey' }])
const tokenOf = async (jti: string) => await sign(key, { iss: issuer, aud: 'rekey', sub: 'job', jti, iat: time / 1000, exp: time / 1000 + 300 })

function lease (token: { id: string, issuedAt: string }, change: Partial<LeaseTaken> = {}): LeaseTaken {
  const end = new Date(time + 300_000).toISOString()
  return {
    kind: 'taken',
    id: leaseId(token),
    zone: 'production',
    grant: 'shop',
    proposal: 1,
    order: 0,
    secrets: [{ name, fingerprint: 'SHA256:one', epoch: 1 }],
    rotateAfter: 'never',
    reason: 'deploy',
    issuer,
    subject: 'job',
    holderHash: '0'.repeat(64),
    takenAt: now().toISOString(),
    endsAt: end,
    endsAtMost: end,
    ...change
  }
}

/** As a worker does, until nothing more is found. */
async function clean (): Promise<void> {
  const audit = { record: async () => { await Promise.resolve() } }
  const log = { info () {}, warn () {}, error () {} }
  const cleaning = new LeaseCleaning({ journal: createJournal({ client: worker, zone: 'production' }), attic: createLeaseAttic({ client: worker, zone: 'production' }), audit, now, log }, { keptDays: 30, everySeconds: 3600 })
  for (let look = 0; look < 5; look += 1) await cleaning.goOn()
}

/** All names below folders of a mount, as nobody but root sees them. */
async function names (mount: string, ...folders: string[]): Promise<string[]> {
  const found: string[] = []
  await stack.asRoot(async (root) => {
    const look = async (path: string): Promise<void> => {
      const { status, body } = await root.send('GET', `${mount}/metadata/${path}?list=true`)
      const keys = status === 200 ? (body['data'] as { keys: string[] }).keys : []
      for (const one of keys) {
        if (one.endsWith('/')) await look(path + one)
        else found.push(path + one)
      }
    }
    for (const folder of folders) await look(`${folder}/`)
  })
  return found.sort()
}

test('the mark of a used token goes when the token has long expired, and then it is refused for that', async () => {
  const text = await tokenOf('one')
  const token = await verified(text)
  expect([await store().useToken(token.id, token.expiresAt), await store().useToken(token.id, token.expiresAt), await store('backup').useToken(token.id, token.expiresAt)]).toEqual([true, false, false])
  time += day
  await clean()
  expect(await names('rekey-shared', 'ci-tokens')).toEqual([`ci-tokens/2026-03-01/${token.id}`])
  time += day
  await clean()
  expect(await names('rekey-shared', 'ci-tokens')).toEqual([])
  await expect(verified(text)).rejects.toMatchObject({ code: 'token/refused', detail: { claim: 'exp' } })
})

test('whoever takes a live mark away lets nobody in again where the token was used, and a broker takes none away', async () => {
  const token = await verified(await tokenOf('two'))
  const backup = store('backup')
  const taken = lease(token, { zone: 'backup', secrets: [{ name: { ...name, zone: 'backup' }, fingerprint: 'SHA256:one', epoch: 1 }] })
  expect([await backup.useToken(token.id, token.expiresAt), await backup.take(taken)]).toEqual([true, true])
  const mark = ['rekey-shared', 'metadata', 'ci-tokens', token.expiresAt.slice(0, 10), token.id]
  await expect(identities.service('broker-production').delete(mark)).rejects.toMatchObject({ code: 'vault/forbidden' })
  await worker.delete(mark)
  expect([await backup.useToken(token.id, token.expiresAt), await backup.take(taken)]).toEqual([true, false])
  await expect(worker.delete(['rekey-backup', 'metadata', 'leases', `${taken.id}.1`])).rejects.toMatchObject({ code: 'vault/forbidden' })
})

test('what a lease leaves behind goes thirty days after its end, and nothing of it stays', async () => {
  const tokens = await Promise.all(['three', 'four'].map(async (jti) => await verified(await tokenOf(jti))))
  const [spent, owed] = tokens.map((token, index) => lease(token, { rotateAfter: 'use', secrets: [{ name, fingerprint: `SHA256:${index}`, epoch: 1 }] }))
  if (spent === undefined || owed === undefined) throw new Error('no tokens')
  const credential = plainCredential(name)
  const journal = createJournal({ client: worker, zone: 'production' })
  await journal.save({ ...credential, current: { ...credential.current, fingerprint: 'SHA256:1' } }, 0)
  for (const one of [spent, owed]) {
    await store().take(one)
    await store().useSecret(one.secrets[0]?.fingerprint ?? '', one.id)
    const known = await store().lease(one.id)
    if (known === undefined) throw new Error('there is no lease')
    await store().add(known, { kind: 'returned', at: now().toISOString() })
  }
  const folders = ['leases', 'lease-requests', 'lease-decisions', 'secret-uses']
  expect(await names('rekey-production', ...folders)).toHaveLength(6)
  time += 31 * day
  await clean()
  // The secret of one opens its account still, so a successor is owed by its lease.
  const use = createHash('sha256').update('SHA256:1').digest('hex')
  expect(await names('rekey-production', ...folders)).toEqual([`leases/${owed.id}.1`, `leases/${owed.id}.2`, `secret-uses/${use}`])
  const stored = await journal.credential(name)
  if (stored === undefined) throw new Error('there is no credential')
  await journal.save({ ...stored.value, current: { ...stored.value.current, fingerprint: 'SHA256:2' } }, stored.version)
  await clean()
  expect(await names('rekey-production', ...folders)).toEqual([])
})

test('a look at all leases is one list, however many live, and reads what has come since the last', async () => {
  const asked: string[] = []
  const counting = {
    ...worker,
    list: async (path: readonly string[]) => { asked.push('list'); return await worker.list(path) },
    read: async (path: readonly string[]) => { asked.push('read'); return await worker.read(path) }
  }
  const journal = createJournal({ client: counting, zone: 'production' })
  const look = async () => {
    asked.splice(0)
    return await journal.leases()
  }
  const taken = await Promise.all(Array.from({ length: 12 }, async (_, n) => lease(await verified(await tokenOf(`many-${n}`)), { endsAtMost: new Date(time + day).toISOString() })))
  for (const one of taken) await store().take(one)
  expect(await look()).toHaveLength(12)
  expect(asked.sort()).toEqual(['list', ...taken.map(() => 'read')])
  await look()
  expect(asked).toEqual(['list'])

  const id = taken[3]?.id ?? ''
  const renewals = Array.from({ length: 9 }, (_, n) => new Date(time + 400_000 + n * 1000).toISOString())
  for (const endsAt of renewals) {
    const known = await store().lease(id)
    if (known === undefined) throw new Error('there is no lease')
    expect(await store().add(known, { kind: 'renewed', at: now().toISOString(), endsAt })).toBe(true)
  }
  expect((await look()).find((one) => one.id === id)).toEqual(await store().lease(id))
  expect(await store().lease(id)).toMatchObject({ documents: 10, endsAt: renewals.at(-1) })
  expect(asked.filter((what) => what === 'list')).toHaveLength(1)
  expect(asked).toHaveLength(11)
})
