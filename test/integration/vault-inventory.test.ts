import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatName, RekeyError, Secret, stateBeforeAdoption } from '@rekey/domain'
import type { Adoption, CredentialName, CredentialState, HostRecord } from '@rekey/domain'
import { startStack } from '@rekey/local'
import type { Stack } from '@rekey/local'
import { createInventory, createJournal, createOperator, readAuditDevices } from '@rekey/vault'
import type { VaultClient } from '@rekey/vault'
import { fullCredential, plainCredential } from '../../packages/rotation/test/sample-documents.ts'
import { Identities, put } from './vault-bench.ts'

const at = '2026-01-02T03:04:05.000Z'
const zones = ['production', 'backup']
let folder: string
let stack: Stack
let identities: Identities

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-inventory-'))
  stack = await startStack({ dir: folder, services: false, zones: zones.map(name => ({ name, allowedNetworks: ['127.1.0.0/16'] })) })
  identities = new Identities(stack)
})
afterAll(async () => {
  await identities.close()
  await stack.stop()
  await rm(folder, { recursive: true, force: true })
})

const word = (): string => randomBytes(6).toString('hex')
const freshName = (zone = 'production'): CredentialName => ({ zone, host: `h-${word()}`, account: 'deploy', name: 'ssh-key' })
const hostOf = (id: string, zone = 'production'): HostRecord => ({ zone, id, address: '127.1.0.1', port: 22, trust: { mode: 'first-use' }, labels: {}, observe: false, createdAt: at })
const adoptionOf = (name: CredentialName): Adoption =>
  ({ name, secret: { privateKey: Secret.of('key'), publicKey: 'ssh-ed25519 AAAA', fingerprint: 'SHA256:a' }, through: null, order: 0, askedAt: at, askedBy: 'admin', observe: true })
const stateOf = (name: CredentialName): CredentialState => ({ ...stateBeforeAdoption(name, 'ssh-key'), status: 'settled', epoch: 1, updatedAt: at })

function openInventory (client: VaultClient = identities.service('api')): ReturnType<typeof createInventory> {
  return createInventory({ zones: zones.map(name => ({ name, client })), sharedClient: client })
}
const journalOf = (zone: string): ReturnType<typeof createJournal> => createJournal({ client: identities.service(`worker-${zone}`), zone })

async function all<T> (items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

describe('hosts and adoptions', () => {
  test('a host is created once, and its id is never given again', async () => {
    const inventory = openInventory()
    const record = hostOf(freshName().host)
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, async () => { await inventory.createHost(record) }))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(inventory.createHost({ ...record, address: '127.1.0.66' })).rejects.toMatchObject({ code: 'host/exists' })
    expect(await inventory.host('production', record.id)).toEqual(record)
    expect(await inventory.hosts('production')).toContainEqual(record)
  })

  test('a credential is adopted once: while it waits, and when it is managed', async () => {
    const inventory = openInventory()
    const [waiting, managed] = [freshName(), freshName()]
    await inventory.createAdoption(adoptionOf(waiting))
    await journalOf('production').save(plainCredential(managed), 0)
    for (const name of [waiting, managed]) {
      expect(await inventory.credentialExists(name)).toBe(true)
      await expect(inventory.createAdoption(adoptionOf(name))).rejects.toMatchObject({ code: 'credential/exists' })
    }
    expect(await inventory.credentialExists(freshName())).toBe(false)
    const names = (await inventory.credentialNames('production')).map(formatName)
    expect(names).toEqual(expect.arrayContaining([formatName(waiting), formatName(managed)]))
    expect(new Set(names).size).toBe(names.length)
  })

  test('a host and a credential are released once, and whoever comes later sees the first release', async () => {
    const name = freshName()
    const { zone, host } = name
    for (const place of [{ zone, host }, name]) {
      const inventory = openInventory()
      expect(await inventory.release(place)).toBeUndefined()
      const releases = await Promise.all(Array.from({ length: 5 }, async (_, n) => await inventory.createRelease(place, { by: 'admin', at, reason: `reason ${n}` })))
      expect(new Set(releases.map(({ reason }) => reason)).size).toBe(1)
      expect(await openInventory().release(place)).toEqual(releases[0])
      expect(await openInventory().createRelease(place, { by: 'admin', at, reason: 'too late' })).toEqual(releases[0])
    }
    const inPart = freshName()
    await openInventory().createRelease(inPart, { by: 'admin', at, reason: 'only this one' })
    const released = await openInventory().hostsReleased('production')
    expect([host, inPart.host].map(one => released.includes(one))).toEqual([true, false])
    expect(await openInventory().hostsReleased('backup')).not.toContain(host)
  })

  test('a malformed record is left out and told, stops no list, and a person removes it', async () => {
    const api = identities.service('api')
    const reported: unknown[] = []
    const inventory = createInventory({ zones: zones.map(name => ({ name, client: api, onMalformed: error => { reported.push(`${name}: ${String(error.detail.path)}`) } })), sharedClient: api })
    const [good, planted] = [freshName().host, freshName().host]
    await inventory.createHost(hostOf(good))
    await put(api, 'rekey-production', ['hosts', planted], { nonsense: true })
    const ids = (await inventory.hosts('production')).map(({ id }) => id)
    expect(ids).toContain(good)
    expect(ids).not.toContain(planted)
    expect(await inventory.host('production', planted)).toBeUndefined()
    await expect(inventory.createHost(hostOf(planted))).rejects.toMatchObject({ code: 'host/exists' })
    expect(reported).toEqual([`production: hosts/${planted}`, `production: hosts/${planted}`])

    const name = freshName()
    await inventory.createAdoption(adoptionOf(name))
    const person = await identities.person('production')
    await person.delete(['rekey-production', 'metadata', 'hosts', planted])
    await person.delete(['rekey-production', 'metadata', 'adoptions', name.host, name.account, name.name])
    expect(await inventory.credentialExists(name)).toBe(false)
    await inventory.createHost(hostOf(planted))
    await expect(person.delete(['rekey-production', 'metadata', 'orders', '1'])).rejects.toMatchObject({ code: 'vault/forbidden' })
    await expect(person.delete(['rekey-production', 'metadata', 'credentials', 'x', 'x', 'x'])).rejects.toMatchObject({ code: 'vault/forbidden' })
  })

  test('a zone that is not configured is unknown', async () => {
    await expect(openInventory().hosts('elsewhere')).rejects.toMatchObject({ code: 'zone/unknown' })
    await expect(openInventory().createAdoption(adoptionOf(freshName('elsewhere')))).rejects.toMatchObject({ code: 'zone/unknown' })
  })
})

describe('states', () => {
  test('come in name order, from any place, across more hosts than are read ahead', async () => {
    const journal = journalOf('backup')
    const names = Array.from({ length: 40 }, (_, n) => [{ zone: 'backup', host: `s${n}`, account: 'root', name: 'ssh-key' }, { zone: 'backup', host: `s${n}`, account: 'a.b', name: 'x' }]).flat()
    await Promise.all(names.map(async name => { await journal.report(stateOf(name)) }))
    const inventory = openInventory()
    const seen = (await all(inventory.states('backup'))).map(formatName)
    expect(seen).toHaveLength(80)
    expect(seen).toEqual([...seen].sort())
    const after = { zone: 'backup', host: 's20', account: 'a.b', name: 'x' }
    expect((await all(inventory.states('backup', { after }))).map(formatName)).toEqual(seen.slice(seen.indexOf('backup/s20/a.b/x') + 1))
    expect((await all(inventory.states('backup', { host: 's7' }))).map(formatName)).toEqual(['backup/s7/a.b/x', 'backup/s7/root/ssh-key'])
    expect(await inventory.state(after)).toMatchObject({ host: 's20' })
  })
})

describe('orders', () => {
  const request = (key: string, digest = 'd') => ({ key, digest, reason: 'drill', requestedBy: 'admin', requestedAt: at })
  const both = zones.map(zone => ({ zone, scope: {} }))

  test('the same request gives the same orders, however often and by whomever it is carried out at once', async () => {
    const key = word()
    const before = await openInventory().highestOrder('production')
    const results = await Promise.all(Array.from({ length: 8 }, async () => await openInventory().createOrders(request(key), both)))
    for (const orders of results) expect(orders).toEqual(results[0])
    expect(results[0]?.map(({ zone }) => zone)).toEqual(zones)
    expect(new Set(results[0]?.map(({ campaign }) => campaign)).size).toBe(1)
    expect(await openInventory().highestOrder('production')).toBe(before + 1)
    expect(await openInventory().resumeOrders({ key, digest: 'd' })).toEqual(results[0])
    expect(await openInventory().resumeOrders({ key: word(), digest: 'd' })).toBeUndefined()
  })

  test('the same key for something else is refused', async () => {
    const key = word()
    await openInventory().createOrders(request(key), both)
    await expect(openInventory().createOrders(request(key, 'other'), both)).rejects.toMatchObject({ code: 'idempotency/mismatch' })
    await expect(openInventory().resumeOrders({ key, digest: 'other' })).rejects.toMatchObject({ code: 'idempotency/mismatch' })
  })

  test('different requests at once get different numbers, without a gap', async () => {
    const before = await openInventory().highestOrder('production')
    const results = await Promise.all(Array.from({ length: 10 }, async () => await openInventory().createOrders(request(word()), [{ zone: 'production', scope: {} }])))
    const numbers = results.map(([order]) => order?.number ?? 0).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: 10 }, (_, n) => before + 1 + n))
    expect((await journalOf('production').orders()).slice(-10).map(({ number }) => number)).toEqual(numbers)
  })

  test('are placed and found though somebody has made a list of them too long to be read', async () => {
    const withoutList = (client: VaultClient): VaultClient => ({
      ...client,
      list: async path => path.includes('orders') ? await Promise.reject(new RekeyError('vault/unavailable', 'its answer is too large')) : await client.list(path)
    })
    const inventory = openInventory(withoutList(identities.service('api')))
    const journal = createJournal({ client: withoutList(identities.service('worker-production')), zone: 'production' })
    const before = await openInventory().highestOrder('production')
    expect(await journal.orders()).toHaveLength(before)
    // More than are looked for at once.
    for (let n = 1; n <= 20; n++) await inventory.createOrders(request(word()), [{ zone: 'production', scope: {} }])
    expect((await journal.orders()).at(-1)?.number).toBe(before + 20)
    expect(await openInventory().highestOrder('production')).toBe(before + 20)
  })

  test('take no number twice and leave no gap at one that is malformed or was deleted', async () => {
    const api = identities.service('api')
    const before = await openInventory().highestOrder('backup')
    await put(api, 'rekey-backup', ['orders', String(before + 1)], { nonsense: true })
    await put(api, 'rekey-backup', ['orders', String(before + 2)], { nonsense: true })
    // What is deleted answers like what was never there; its metadata stay.
    const deleting = (client: VaultClient): VaultClient => ({
      ...client,
      read: async path => path.join('/') === `rekey-backup/data/orders/${before + 2}` ? undefined : await client.read(path)
    })
    const journal = createJournal({ client: deleting(identities.service('worker-backup')), zone: 'backup' })
    const [order] = await openInventory(deleting(api)).createOrders(request(word()), [{ zone: 'backup', scope: {} }])
    expect(order?.number).toBe(before + 3)
    expect((await journal.orders()).at(-1)?.number).toBe(before + 3)
    expect(await journal.orders()).toHaveLength(before + 1)
  })

  test('beyond a gap do not count, and are told', async () => {
    await put(identities.service('api'), 'rekey-production', ['orders', '900000'], { nonsense: true })
    const told: unknown[] = []
    const journal = createJournal({ client: identities.service('worker-production'), zone: 'production', onMalformed: error => { told.push(error.detail.path) } })
    for (let n = 0; n < 3; n++) expect((await journal.orders()).at(-1)?.number).toBeLessThan(900_000)
    expect(told).toEqual(['orders/900000'])
  })

  test('an API that dies at any of its writes leaves a request that can be finished, with one order a zone', async () => {
    const client = identities.service('api')
    for (const lostAnswer of [false, true]) {
      for (let deadly = 1; deadly <= 5; deadly++) {
        const [production, backup] = await Promise.all(zones.map(async zone => await openInventory(client).highestOrder(zone)))
        const key = word()
        let writes = 0
        const dying: VaultClient = {
          ...client,
          write: async (path, body) => {
            if (++writes < deadly) return await client.write(path, body)
            if (lostAnswer && writes === deadly) await client.write(path, body)
            throw new Error('killed')
          }
        }
        await expect(openInventory(dying).createOrders(request(key), both)).rejects.toThrow('killed')
        // Somebody else's order takes the number that was noted.
        await openInventory(client).createOrders(request(word()), [{ zone: 'production', scope: { hosts: ['other'] } }])
        const orders = await openInventory(client).createOrders(request(key), both)
        expect(orders.map(({ zone, scope }) => ({ zone, scope }))).toEqual(both)
        expect(await openInventory(client).createOrders(request(key), both)).toEqual(orders)
        expect(await openInventory(client).highestOrder('production')).toBe((production ?? 0) + 2)
        expect(await openInventory(client).highestOrder('backup')).toBe((backup ?? 0) + 1)
      }
    }
  })
})

describe('a person with his own login', () => {
  test('reads a secret of his zone and of no other', async () => {
    const name = freshName()
    await journalOf('production').save(plainCredential(name), 0)
    const operator = createOperator({ client: await identities.person('production'), zone: 'production' })
    expect(await operator.credential(name)).toEqual(plainCredential(name))
    const stranger = createOperator({ client: await identities.person('backup'), zone: 'production' })
    await expect(stranger.credential(name)).rejects.toMatchObject({ code: 'vault/forbidden' })
  })

  test('clears a hold, on the record, so that the credential is due again', async () => {
    const credential = fullCredential(freshName())
    const journal = journalOf('production')
    await journal.save(credential, 0)
    const operator = createOperator({ client: await identities.person('production'), zone: 'production' })
    expect(await operator.clearHold(credential.name, 'the key was put back')).toMatchObject({ class: 'locked-out', reason: 'the key was put back' })
    const cleared = await journal.credential(credential.name)
    expect(cleared).toMatchObject({ version: 2, value: { hold: null, failures: 0, refusals: 0, nextAttemptAt: null, lastClearedHold: { class: 'locked-out', reason: 'the key was put back' } } })
    expect(cleared?.value.current).toEqual(credential.current)
    expect(await operator.clearHold(credential.name, 'again')).toBeUndefined()
    await expect(operator.clearHold(freshName(), 'none')).rejects.toMatchObject({ code: 'credential/unknown' })
  })

  test('observes a credential and manages it again, on the record, and no release by the API ends that in between', async () => {
    const credential = { ...plainCredential(freshName()), observe: true }
    const { name } = credential
    const journal = journalOf('production')
    await journal.save(credential, 0)
    const operator = createOperator({ client: await identities.person('production'), zone: 'production', now: () => new Date(at) })
    const decision = { by: expect.stringContaining('operator-production') as string, at, reason: 'a freeze' }
    expect(await operator.observe(name, 'a freeze')).toEqual(decision)
    expect(await operator.observe(name, 'again')).toEqual(decision)
    expect(await journal.credential(name)).toMatchObject({ version: 2, value: { ...credential, observedBy: decision } })

    expect(await operator.manage(name, 'the freeze is over')).toEqual({ zoneObserves: false })
    expect(await operator.manage(name, 'again')).toEqual({ zoneObserves: false })
    expect(await journal.credential(name)).toMatchObject({ version: 3, value: { observe: true, observedBy: null } })
    expect(await openInventory().release(name)).toMatchObject({ reason: 'the freeze is over' })
    expect(await journal.releases(name.host)).toEqual({ host: false, credentials: ['deploy/ssh-key'] })

    // It is released for good, and a person can observe it all the same.
    await operator.observe(name, 'another freeze')
    expect((await journal.credential(name))?.value.observedBy).toMatchObject({ reason: 'another freeze' })
    await expect(operator.observe(freshName(), 'none')).rejects.toMatchObject({ code: 'credential/unknown' })
    await expect(operator.manage(freshName(), 'none')).rejects.toMatchObject({ code: 'credential/unknown' })
  })

  test('with a wrong password is refused', async () => {
    const client = await identities.person('production', 'operator', { login: { method: 'userpass', username: 'operator-production', password: Secret.of('wrong') } })
    await expect(client.login()).rejects.toMatchObject({ code: 'vault/forbidden', message: expect.stringContaining('login') as string })
  })
})

test('the API, and no worker, sees which audit logs Vault keeps, and can make or remove none', async () => {
  const api = identities.service('api')
  expect(await readAuditDevices(api)).toEqual({ count: 2, raw: [] })
  await expect(api.write(['sys', 'audit', 'third'], { type: 'file', options: { file_path: '/dev/null' } })).rejects.toMatchObject({ code: 'vault/forbidden' })
  await expect(api.delete(['sys', 'audit', 'first'])).rejects.toMatchObject({ code: 'vault/forbidden' })
  await expect(readAuditDevices(identities.service('worker-production'))).rejects.toMatchObject({ code: 'vault/forbidden' })
})
