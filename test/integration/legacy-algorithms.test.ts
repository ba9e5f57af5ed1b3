import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DialPolicy, formatName, isPassword, Secret } from '@rekey/domain'
import type { Credential, CredentialName, CredentialState, HandedOver, LegacyAlgorithm, Via } from '@rekey/domain'
import { freeSubnet, makeKey as makeLabKey, startLab } from '@rekey/lab'
import type { Lab } from '@rekey/lab'
import { jumpLogin, visitHost } from '@rekey/rotation'
import type { AuditEntry, Ports } from '@rekey/rotation'
import { createHostAccess, makeKey, parsePrivateKey, secretMaker } from '@rekey/ssh'
import type { SshHostAccess } from '@rekey/ssh'
import { createMemoryJournal, MemoryZone } from '../../packages/rotation/test/memory-journal.ts'

/*
 * Hosts that offer old algorithms only, as sshd_config makes them. sshd's own log is the witness of what each connection came
 * down to.
 */

const old = ['KexAlgorithms diffie-hellman-group14-sha1', 'HostKeyAlgorithms ssh-rsa', 'Ciphers aes128-cbc', 'MACs hmac-sha1']
const exceptions: LegacyAlgorithm[] = ['diffie-hellman-group14-sha1', 'ssh-rsa', 'aes128-cbc', 'hmac-sha1']
const logged = 'LogLevel DEBUG1'
const zoneName = 'production'
const key = makeKey()
const rsa = parsePrivateKey(makeLabKey('rsa-3072').privateKey)
const first = Secret.of('Old-Password-1')
const hop: Via = { host: 'old-jump', account: 'app', name: 'ssh-key' }

let folder: string
let lab: Lab
let zone: MemoryZone
let ports: Ports
let access: SshHostAccess
let entries: AuditEntry[]
let warnings: Array<Record<string, unknown>>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-legacy-'))
  const network = `127.1.${await freeSubnet(230, 240)}`
  const accounts = [{ name: 'app', authorizedKeys: `${key.publicKey}\n` }, { name: 'ops', password: first.open() }, { name: 'rsa', authorizedKeys: `${rsa.publicKey}\n` }]
  const host = (name: string, number: number, sshdConfig: string[], via?: string) => ({
    name, address: `${network}.${number}`, accounts, sshdConfig: [logged, ...sshdConfig], pam: { noDelay: true }, hostKey: makeLabKey('rsa-3072').privateKey, ...via === undefined ? {} : { via }
  })
  lab = await startLab({
    dir: join(folder, 'lab'),
    hosts: [
      host('old', 1, old),
      host('modern', 2, []),
      host('old-jump', 3, old),
      host('old-behind', 11, old, 'old-jump'),
      host('modern-behind', 12, [], 'old-jump'),
      host('hopeless', 4, ['KexAlgorithms diffie-hellman-group1-sha1', 'Ciphers 3des-cbc', 'MACs hmac-md5'])
    ]
  })
})
afterAll(async () => {
  await lab.stop()
  await rm(folder, { recursive: true })
})

beforeEach(() => {
  zone = new MemoryZone(zoneName)
  entries = []
  warnings = []
  const journal = createMemoryJournal(zone)
  const audit = { record: (entry: AuditEntry) => { entries.push(entry); return Promise.resolve() } }
  const log = { info () {}, warn (fields: Record<string, unknown>) { warnings.push(fields) }, error () {} }
  access = createHostAccess({ dialPolicy: new DialPolicy(['127.1.0.0/16']), stepTimeoutMs: 20_000, log, audit, loginOf: async (via) => await jumpLogin({ zone: zoneName, ...via }, { journal, audit }) })
  ports = { journal, hosts: access, secrets: secretMaker, audit, now: () => new Date(), log }
})
afterEach(async () => { await access.close() })

function add (host: string, legacyAlgorithms?: LegacyAlgorithm[]): void {
  const { address, port, hostKeys, via } = lab.host(host)
  zone.putHost({ zone: zoneName, id: host, address, port, ...via === undefined ? {} : { via: hop }, ...legacyAlgorithms && { legacyAlgorithms }, trust: { mode: 'pinned', keys: hostKeys }, labels: {}, observe: false, createdAt: new Date().toISOString() })
}

async function adopt (host: string, account: string, secret: HandedOver): Promise<CredentialName> {
  const name = { zone: zoneName, host, account, name: 'password' in secret ? 'password' : 'ssh-key' }
  zone.putAdoption({ name, secret, through: null, order: 0, askedAt: new Date().toISOString(), askedBy: 'ada', observe: false })
  await visit(host)
  return name
}

async function visit (host: string): Promise<void> {
  await visitHost(host, { ports, lease: { assertHeld () {} }, backoff: { firstSeconds: 0.01, mostSeconds: 0.01 } })
}

async function rotate (host: string): Promise<void> {
  zone.putOrder({ zone: zoneName, number: zone.orders.size + 1, campaign: 'c', scope: { hosts: [host] }, reason: 'test', requestedBy: 'ada', requestedAt: new Date().toISOString() })
  await visit(host)
}

function stateOf (name: CredentialName): CredentialState {
  const state = zone.states.get(formatName(name))
  if (state === undefined) throw new Error('no state')
  return state
}

function documentOf (name: CredentialName): Credential {
  const stored = zone.credentials.get(formatName(name))
  if (stored === undefined) throw new Error(JSON.stringify(stateOf(name).lastFailure))
  return stored.value
}

/** What sshd says that its connections came down to: how many, and the different algorithms of all of them. */
async function agreedAt (host: string): Promise<{ handshakes: number, algorithms: string[] }> {
  const log = await readFile(lab.host(host).logFile, 'utf8')
  const kex = [...log.matchAll(/kex: algorithm: (\S+) \[preauth\]/g)].map(([, name = '']) => name)
  const others = [...log.matchAll(/kex: (?:host key algorithm: (\S+)|client->server cipher: (\S+) MAC: (\S+))/g)].flatMap((found) => found.slice(1).filter((name) => typeof name === 'string'))
  return { handshakes: kex.length, algorithms: [...new Set([...kex, ...others])] }
}

const legacyEntries = (): AuditEntry[] => entries.filter(({ act }) => act === 'legacy-algorithms')

test('a host that offers old algorithms only is refused without exceptions, and told which would help', async () => {
  add('old')
  const name = await adopt('old', 'app', key)
  expect(stateOf(name).lastFailure).toMatchObject({ class: 'unreachable', code: 'ssh/no-common-algorithm' })
  expect(stateOf(name).lastFailure?.message).toMatch(/^the host offers nothing modern: for key exchange diffie-hellman-group14-sha1.*; for the host key ssh-rsa; for encryption aes128-cbc; for integrity hmac-sha1\. .*"legacyAlgorithms": \["diffie-hellman-group14-sha1","ssh-rsa","aes128-cbc","hmac-sha1"\]$/)
  expect(legacyEntries()).toEqual([])
})

test('one whose algorithms have no exception is told to be updated', async () => {
  add('hopeless', exceptions)
  const name = await adopt('hopeless', 'app', key)
  expect(stateOf(name).lastFailure?.message).toMatch(/for key exchange diffie-hellman-group1-sha1.*for encryption 3des-cbc; for integrity hmac-md5\. No exception is made for that/)
})

test('with exceptions its keys and passwords are rotated, and each connection that used them is in the audit trail and in the log', async () => {
  add('old', exceptions)
  const before = await agreedAt('old')
  const names = [await adopt('old', 'app', key), await adopt('old', 'ops', { password: first })]
  expect(documentOf(names[0] as CredentialName).target.legacyAlgorithms).toEqual(exceptions)
  await rotate('old')
  expect(names.map((name) => stateOf(name))).toMatchObject([{ status: 'settled', order: 1 }, { status: 'settled', order: 1 }])
  const { handshakes, algorithms } = await agreedAt('old')
  expect(algorithms.filter((name) => !exceptions.includes(name as LegacyAlgorithm))).toEqual([])
  expect(legacyEntries()).toHaveLength(handshakes - before.handshakes)
  expect(warnings.filter(({ event }) => event === 'legacy-algorithms')).toHaveLength(handshakes - before.handshakes)
  const { address, port } = lab.host('old')
  expect(legacyEntries()[0]).toEqual({ act: 'legacy-algorithms', target: `app@${address} port ${port}`, detail: 'handshake: diffie-hellman-group14-sha1, ssh-rsa, aes128-cbc, hmac-sha1' })
  expect(isPassword(documentOf(names[1] as CredentialName).current)).toBe(true)
})

test('a host that has modern algorithms never comes down to an exception, though it has them all', async () => {
  add('modern', exceptions)
  const names = [await adopt('modern', 'app', key), await adopt('modern', 'rsa', rsa)]
  await rotate('modern')
  expect(names.map((name) => stateOf(name).status)).toEqual(['settled', 'settled'])
  const { handshakes, algorithms } = await agreedAt('modern')
  expect(handshakes).toBeGreaterThan(0)
  expect(algorithms.filter((algorithm) => exceptions.includes(algorithm as LegacyAlgorithm))).toEqual([])
  expect(legacyEntries()).toEqual([])
})

test('a jump host has its exceptions, and the hosts behind it theirs', async () => {
  add('old-jump', exceptions)
  add('old-behind')
  add('modern-behind')
  await adopt('old-jump', 'app', key)
  const refused = await adopt('old-behind', 'app', key)
  expect(stateOf(refused).lastFailure).toMatchObject({ code: 'ssh/no-common-algorithm' })
  const name = await adopt('modern-behind', 'app', key)
  await rotate('modern-behind')
  expect(stateOf(name)).toMatchObject({ status: 'settled', order: 1 })
  expect((await agreedAt('modern-behind')).algorithms.filter((algorithm) => exceptions.includes(algorithm as LegacyAlgorithm))).toEqual([])
  const jump = lab.host('old-jump')
  expect(new Set(legacyEntries().map(({ target }) => target))).toEqual(new Set([`app@${jump.address} port ${jump.port}`]))

  add('old-behind', exceptions)
  await visit('old-behind')
  await rotate('old-behind')
  expect(stateOf(refused)).toMatchObject({ status: 'settled' })
  expect(legacyEntries().map(({ target }) => target)).toContain(`app@${lab.host('old-behind').address} port ${lab.host('old-behind').port} via old-jump/app/ssh-key`)
})

test('a jump host without its exceptions is told as the jump host', async () => {
  add('old-jump', exceptions)
  add('modern-behind')
  const jump = await adopt('old-jump', 'app', key)
  await access.close()
  const { legacyAlgorithms: _, ...target } = documentOf(jump).target
  zone.putCredential({ ...documentOf(jump), target })
  const name = await adopt('modern-behind', 'app', key)
  expect(stateOf(name).lastFailure).toMatchObject({ code: 'ssh/unreachable', message: expect.stringMatching(/^the jump host old-jump offers nothing modern/) as string })
})
