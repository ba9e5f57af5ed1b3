import { setTimeout as wait } from 'node:timers/promises'
import { DialPolicy, RekeyError, legacyAlgorithms } from '@rekey/domain'
import type { LegacyAlgorithm, Target } from '@rekey/domain'
import type { AuditEntry } from '@rekey/rotation'
import { createHostAccess, parsePrivateKey } from '@rekey/ssh'
import ssh2 from 'ssh2'
import type { Algorithms } from 'ssh2'
import { access, closeAll, current, knowsSha1Only, onlyCurrent, startHost, stepTimeoutMs, stranger } from './hostile-host.ts'
import { offeredTo } from '../src/algorithms.ts'

const rsa = parsePrivateKey(ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private)
const hostKeys = [rsa.privateKey.open()]
const old: Algorithms = { kex: ['diffie-hellman-group14-sha1'], serverHostKey: ['ssh-rsa'], cipher: ['aes128-cbc'], hmac: ['hmac-sha1'] }
const all: LegacyAlgorithm[] = ['diffie-hellman-group14-sha1', 'ssh-rsa', 'aes128-cbc', 'hmac-sha1']
let entries: AuditEntry[] = []
/** In milliseconds: more than enough for a login that does not wait. */
const slowDisk = 200

beforeEach(() => { entries = [] })
afterEach(closeAll)

function audited (record: (entry: AuditEntry) => Promise<void> = (entry) => { entries.push(entry); return Promise.resolve() }): typeof access {
  return createHostAccess({ dialPolicy: new DialPolicy(['127.0.0.0/8']), stepTimeoutMs, audit: { record } })
}

async function messageAt (target: Target): Promise<string> {
  return await audited().contact(target, [current]).then(() => 'none', (error: unknown) => error instanceof RekeyError ? `${error.code}: ${error.message}` : 'another')
}

async function outcome (target: Target, hosts = audited()): Promise<string> {
  const contact = await hosts.contact(target, [current]).catch((error: unknown) => error as RekeyError)
  if (contact instanceof RekeyError) return contact.code
  await contact.session?.close()
  return String(contact.verdicts[0])
}

test('a host without anything modern is refused with what it offers, and all exceptions that it would take', async () => {
  const { target, attempts } = await startHost({ config: { hostKeys, algorithms: { ...old, kex: ['diffie-hellman-group1-sha1', 'diffie-hellman-group14-sha1'] } } })
  expect(await messageAt({ ...target, hostKeys: [rsa.publicKey] })).toBe('ssh/no-common-algorithm: the host offers nothing modern: for key exchange diffie-hellman-group1-sha1, diffie-hellman-group14-sha1, 1 that is not known here; for the host key ssh-rsa; for encryption aes128-cbc; for integrity hmac-sha1. ' +
    'Update its SSH server, or add it again under another id with "legacyAlgorithms": ["diffie-hellman-group14-sha1","ssh-rsa","aes128-cbc","hmac-sha1"]')
  expect(attempts).toEqual([])
  expect(entries).toEqual([])
})

test('no exception is told where none would be enough', async () => {
  const { target } = await startHost({ config: { hostKeys, algorithms: { ...old, cipher: ['3des-cbc'] } } })
  expect(await messageAt({ ...target, hostKeys: [] })).toMatch(/for encryption 3des-cbc; .* No exception is made for that: update/)
})

test('with its exceptions it is spoken to, and what came of them is recorded before a secret is shown', async () => {
  const order: string[] = []
  const { target } = await startHost({ config: { hostKeys, algorithms: old }, authenticate: (context) => { order.push('secret'); onlyCurrent(context) } })
  const hosts = audited(async (entry) => {
    await wait(slowDisk)
    order.push('audit')
    entries.push(entry)
  })
  expect(await outcome({ ...target, hostKeys: [rsa.publicKey], legacyAlgorithms: all }, hosts)).toBe('accepted')
  expect(order[0]).toBe('audit')
  expect(entries).toEqual([{ act: 'legacy-algorithms', target: `root@127.0.0.1 port ${target.port}`, detail: 'handshake: diffie-hellman-group14-sha1, ssh-rsa, aes128-cbc, hmac-sha1' }])
})

test('where it can\'t be recorded nothing is shown', async () => {
  const { target, attempts } = await startHost({ config: { hostKeys, algorithms: old } })
  const full = audited(async () => {
    await wait(slowDisk)
    throw new RekeyError('audit/unwritable', 'full')
  })
  expect(await outcome({ ...target, hostKeys: [rsa.publicKey], legacyAlgorithms: all }, full)).toBe('audit/unwritable')
  expect(attempts).toEqual([])
  expect(await outcome({ ...target, hostKeys: [rsa.publicKey], legacyAlgorithms: all }, access)).toBe('ssh/no-common-algorithm')
})

test('an exception more than the host needs is not used', async () => {
  const { target } = await startHost({ config: { hostKeys, algorithms: { kex: ['diffie-hellman-group14-sha1', 'curve25519-sha256'], serverHostKey: ['ssh-rsa', 'rsa-sha2-256'], cipher: ['aes128-cbc', 'aes128-ctr'], hmac: ['hmac-sha1', 'hmac-sha2-256'] } } })
  expect(await outcome({ ...target, hostKeys: [rsa.publicKey], legacyAlgorithms: all })).toBe('accepted')
  expect(entries).toEqual([])
})

describe('where RSA is known with SHA-1 only', () => {
  const startOld = async (): ReturnType<typeof startHost> => await startHost({
    onClient: knowsSha1Only,
    authenticate: (context) => context.method === 'publickey' && context.key.algo === 'ssh-rsa' ? context.accept() : context.reject(['publickey'])
  })
  const shown = async (target: Target): Promise<string> => await audited().contact(target, [stranger, rsa]).then(async ({ verdicts, session }) => {
    await session?.close()
    return verdicts.join()
  }, (error: unknown) => error instanceof RekeyError ? error.message : 'another')

  test('an RSA key is not signed with, and the exception is told', async () => {
    const { target, attempts } = await startOld()
    expect(await shown({ ...target, legacyAlgorithms: ['hmac-sha1'] })).toMatch(/^the host takes an RSA key only with a SHA-1 signature.*"legacyAlgorithms": \["ssh-rsa"\]$/)
    expect(attempts.filter((attempt) => attempt.includes('rsa'))).toHaveLength(1)
    expect(entries).toEqual([])
  })

  test('with the exception it signs, which is recorded', async () => {
    const { target, attempts } = await startOld()
    expect(await shown({ ...target, legacyAlgorithms: ['ssh-rsa'] })).toBe('refused,accepted')
    // The question, then the signature.
    expect(attempts.filter((attempt) => attempt.includes('rsa'))).toHaveLength(2)
    expect(entries).toMatchObject([{ act: 'legacy-algorithms', detail: 'login: ssh-rsa' }])
  })
})

test('every exception comes after everything modern, and nothing is offered that is not excepted', () => {
  const plain = offeredTo({ pinned: [], exceptions: [] })
  const wide = offeredTo({ pinned: [], exceptions: legacyAlgorithms })
  for (const list of ['kex', 'serverHostKey', 'cipher', 'hmac'] as const) {
    expect(wide[list].slice(0, plain[list].length)).toEqual(plain[list])
    expect((plain[list] as string[]).filter((name) => (legacyAlgorithms as string[]).includes(name))).toEqual([])
  }
  expect([wide.kex, wide.serverHostKey, wide.cipher, wide.hmac].flat()).toHaveLength([plain.kex, plain.serverHostKey, plain.cipher, plain.hmac].flat().length + legacyAlgorithms.length)
})
