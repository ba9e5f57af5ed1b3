import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { DialPolicy, formatName, isPassword, isRekeyError, Secret } from '@rekey/domain'
import type { Credential, CredentialName, CredentialState, SecretValue, Via } from '@rekey/domain'
import { freeSubnet, startLab } from '@rekey/lab'
import type { HostSpec, Lab } from '@rekey/lab'
import { jumpLogin, visitHost } from '@rekey/rotation'
import type { Ports } from '@rekey/rotation'
import { createHostAccess, makeKey, secretMaker } from '@rekey/ssh'
import type { SshHostAccess } from '@rekey/ssh'
import { createMemoryJournal, MemoryZone } from '../../packages/rotation/test/memory-journal.ts'

/*
 * Hosts that can't be dialled from here: the lab's `via`. sshd's own logs are the witness of who connected how often, and
 * the stock `ssh -J` judges which secret opens.
 */

const hop = makeKey()
const app = makeKey()
const first = Secret.of('Old-Password-1')
const zoneName = 'production'
const inner = ['inner-1', 'inner-2', 'inner-3', 'inner-4']
const viaOf = (host: string): Via => ({ host, account: 'hop', name: 'ssh-key' })
const hopOf = (host: string): CredentialName => ({ zone: zoneName, ...viaOf(host) })
const appOf = (host: string): CredentialName => ({ zone: zoneName, host, account: 'app', name: 'ssh-key' })
const opsOf = (host: string): CredentialName => ({ zone: zoneName, host, account: 'ops', name: 'password' })

let folder: string
let lab: Lab
let zone: MemoryZone
let ports: Ports
let access: SshHostAccess

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-jump-'))
  const network = `127.1.${await freeSubnet(240, 250)}`
  const host = (name: string, number: number, more: Partial<HostSpec> = {}): HostSpec => ({
    name,
    address: `${network}.${number}`,
    accounts: [
      { name: 'hop', authorizedKeys: `${hop.publicKey}\n` },
      { name: 'app', authorizedKeys: `${app.publicKey}\n` },
      { name: 'ops', password: first.open() }
    ],
    pam: { noDelay: true },
    ...more
  })
  lab = await startLab({
    dir: join(folder, 'lab'),
    hosts: [
      host('jump', 1),
      ...inner.map((name, index) => host(name, 11 + index, { via: 'jump' })),
      host('deep', 21, { via: 'inner-1' }),
      host('shut', 2, { sshdConfig: ['AllowTcpForwarding no'] }),
      host('closed', 31, { via: 'shut' })
    ]
  })
})
afterAll(async () => {
  await lab.stop()
  await rm(folder, { recursive: true })
})

beforeEach(() => {
  zone = new MemoryZone(zoneName)
  for (const { name, address, port, hostKeys, via } of lab.hosts) {
    zone.putHost({ zone: zoneName, id: name, address, port, ...(via === undefined ? {} : { via: viaOf(via) }), trust: { mode: 'pinned', keys: hostKeys }, labels: {}, observe: false, createdAt: new Date().toISOString() })
  }
  access = reach(20_000)
})
afterEach(async () => {
  await access.close()
  // Where a test has failed in between.
  for (const host of lab.hosts) await (host.isOn ? host.resume() : host.start())
})

/** A worker's way to hosts. */
function reach (stepTimeoutMs: number): SshHostAccess {
  const journal = createMemoryJournal(zone)
  const audit = { record: () => Promise.resolve() }
  const hosts = createHostAccess({
    dialPolicy: new DialPolicy(['127.1.0.0/16']), stepTimeoutMs, loginOf: async (via) => await jumpLogin({ zone: zoneName, ...via }, { journal, audit })
  })
  ports = { journal, hosts, secrets: secretMaker, audit, now: () => new Date(), log: { info () {}, warn () {}, error () {} } }
  return hosts
}

async function visit (host: string): Promise<void> {
  await visitHost(host, { ports, lease: { assertHeld () {} }, backoff: { firstSeconds: 0.4, mostSeconds: 0.4 } })
}

/** What opens the lab's accounts now, as far as a test before has rotated it. */
const opens = new Map<string, SecretValue>()
afterEach(() => {
  for (const [name, { value }] of zone.credentials) opens.set(name, value.current)
})

async function adopt (...names: CredentialName[]): Promise<void> {
  for (const name of names) {
    const secret = opens.get(formatName(name)) ?? { hop, app, ops: { password: first, fingerprint: '' } }[name.account as 'hop' | 'app' | 'ops']
    zone.putAdoption({ name, secret, through: null, order: 0, askedAt: new Date().toISOString(), askedBy: 'ada', observe: false })
  }
  for (const host of new Set(names.map(({ host }) => host))) await visit(host)
}

function order (...hosts: string[]): void {
  const number = zone.orders.size + 1
  zone.putOrder({ zone: zoneName, number, campaign: 'c', scope: { hosts }, reason: 'test', requestedBy: 'ada', requestedAt: new Date().toISOString() })
}

function documentOf (name: CredentialName): Credential {
  const stored = zone.credentials.get(formatName(name))
  if (stored === undefined) throw new Error(JSON.stringify(zone.states.get(formatName(name))?.lastFailure))
  return stored.value
}

function stateOf (name: CredentialName): CredentialState {
  const state = zone.states.get(formatName(name))
  if (state === undefined) throw new Error('no state')
  return state
}

async function connectionsAt (host: string): Promise<number> {
  return (await lab.host(host).connections()).length
}

let tries = 0

/** Whether the stock `ssh -J` gets in, through every jump host by its own key. */
async function sshTakes (host: string, account: string, secret: SecretValue, jumps: readonly string[] = ['jump']): Promise<boolean> {
  const place = join(folder, `try-${tries += 1}`)
  const write = async (name: string, key: SecretValue): Promise<void> => {
    if (!isPassword(key)) await writeFile(`${place}-${name}`, key.privateKey.open(), { mode: 0o600 })
  }
  for (const jump of jumps) await write(jump, documentOf(hopOf(jump)).current)
  await write('target', secret)
  await writeFile(`${place}-known`, lab.hosts.map(({ name, hostKeys }) => `${name} ${hostKeys[0] ?? ''}\n`).join(''))
  await writeFile(`${place}-config`, [
    ...lab.hosts.map(({ name, address, port }) => `Host ${name}\n  HostName ${address}\n  Port ${port}\n  HostKeyAlias ${name}`),
    ...jumps.map((jump) => `Host ${jump}\n  User hop\n  IdentityFile ${place}-${jump}\n  PreferredAuthentications publickey`),
    `Host ${host}\n  User ${account}\n${isPassword(secret) ? '  PreferredAuthentications password' : `  IdentityFile ${place}-target`}`,
    `Host *\n  IdentitiesOnly yes\n  IdentityAgent none\n  NumberOfPasswordPrompts 1\n  StrictHostKeyChecking yes\n  UserKnownHostsFile ${place}-known\n`
  ].join('\n'))
  const command = ['ssh', '-n', '-F', `${place}-config`, '-J', jumps.join(','), host, 'hostname']
  const [program = '', ...args] = isPassword(secret) ? ['sshpass', '-e', ...command] : command
  const env = { ...process.env, ...(isPassword(secret) ? { SSHPASS: secret.password.open() } : {}) }
  return await promisify(execFile)(program, args, { env }).then(({ stdout }) => stdout === `${host}\n`, () => false)
}

test('a host behind a jump host is adopted once the jump host\'s credential is, and never dialled from here', async () => {
  const { address, port, hostKeys } = lab.host('inner-1')
  await expect(access.contact({ address, port, hostKeys, account: 'app', via: null }, [app])).rejects.toMatchObject({ code: 'ssh/unreachable' })
  await adopt(appOf('inner-1'))
  expect(stateOf(appOf('inner-1'))).toMatchObject({ status: 'adopting', lastFailure: { class: 'unreachable', message: 'the jump host jump has no managed credential hop/ssh-key: hand it over first' } })
  const before = await connectionsAt('inner-1')
  await adopt(hopOf('jump'))
  await pause(500)
  await visit('inner-1')
  expect(stateOf(appOf('inner-1')).status).toBe('settled')
  expect(documentOf(appOf('inner-1')).target.via).toEqual(viaOf('jump'))
  expect(await connectionsAt('inner-1') - before).toBe(1)
})

test('keys and passwords of several hosts are rotated and proven at once over one connection to their jump host', async () => {
  await adopt(hopOf('jump'))
  const atJump = await connectionsAt('jump')
  const names = inner.flatMap((host) => [appOf(host), opsOf(host)])
  await Promise.all(inner.map(async (host) => await adopt(appOf(host), opsOf(host))))
  expect(names.map((name) => stateOf(name).status)).toEqual(names.map(() => 'settled'))
  const old = [appOf('inner-2'), opsOf('inner-2')].map((name) => documentOf(name).current)

  order(...inner)
  const before = await connectionsAt('inner-2')
  await Promise.all(inner.map(visit))
  for (const name of names) {
    expect(stateOf(name)).toMatchObject({ status: 'settled', epoch: 2, debts: [], rotations: [{ proof: { randomRefused: true, ranCommand: true } }] })
  }
  expect(await connectionsAt('jump') - atJump).toBe(1)
  // Three for the key, and for the password as many.
  const seen = (await lab.host('inner-2').connections()).slice(before)
  expect(seen.filter(({ verdicts }) => verdicts.some(({ method }) => method === 'publickey'))).toHaveLength(3)
  expect(seen.filter(({ verdicts }) => verdicts.some(({ method }) => method === 'password'))).toHaveLength(3)
  expect(seen.at(2)?.verdicts.map(({ verdict }) => verdict)).toEqual(['refused', 'refused', 'accepted'])

  const now = [appOf('inner-2'), opsOf('inner-2')].map((name) => documentOf(name).current)
  const taken: boolean[] = []
  for (const secret of [...now, ...old]) taken.push(await sshTakes('inner-2', isPassword(secret) ? 'ops' : 'app', secret))
  expect(taken).toEqual([true, true, false, false])
})

test('a host behind two jump hosts is rotated through both', async () => {
  await adopt(hopOf('jump'), hopOf('inner-1'), appOf('deep'))
  const old = documentOf(appOf('deep')).current
  const before = await Promise.all(['jump', 'inner-1', 'deep'].map(connectionsAt))
  order('deep')
  await visit('deep')
  expect(stateOf(appOf('deep'))).toMatchObject({ status: 'settled', epoch: 2, debts: [] })
  const after = await Promise.all(['jump', 'inner-1', 'deep'].map(connectionsAt))
  expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([0, 0, 3])
  expect(await sshTakes('deep', 'app', documentOf(appOf('deep')).current, ['jump', 'inner-1'])).toBe(true)
  expect(await sshTakes('deep', 'app', old, ['jump', 'inner-1'])).toBe(false)
})

test('a jump host whose own key is rotated loses nobody who passes, and lets the next one in by the new key', async () => {
  await adopt(hopOf('jump'), appOf('inner-1'))
  const { current, target } = documentOf(appOf('inner-1'))
  const { session } = await access.contact(target, [current])
  const old = documentOf(hopOf('jump')).current
  order('jump')
  const [, settled] = await Promise.all([visit('jump'), session?.answersNonce()])
  expect([settled, await session?.answersNonce()]).toEqual([true, true])
  await session?.close()
  expect(stateOf(hopOf('jump'))).toMatchObject({ status: 'settled', epoch: 2, debts: [] })

  await access.close()
  access = reach(20_000)
  order('inner-1')
  await visit('inner-1')
  expect(stateOf(appOf('inner-1'))).toMatchObject({ status: 'settled', epoch: 2 })
  const last = (await lab.host('jump').connections()).at(-1)
  expect(last?.verdicts).toEqual([{ verdict: 'accepted', method: 'publickey', account: 'hop', fingerprint: documentOf(hopOf('jump')).current.fingerprint }])
  expect(last?.verdicts[0]?.fingerprint).not.toBe(old.fingerprint)
})

test('a jump host that freezes ends a visit in time, also in its middle, and the rotation goes on afterwards', async () => {
  await adopt(hopOf('jump'), appOf('inner-1'), appOf('inner-2'))
  await access.close()
  access = reach(1500)
  order('inner-1', 'inner-2')
  // One link is open when the jump host freezes.
  const { current, target } = documentOf(appOf('inner-2'))
  const { session } = await access.contact(target, [current])
  await lab.host('jump').pause()
  await visit('inner-1')
  expect(stateOf(appOf('inner-1'))).toMatchObject({ status: 'rotating', hold: null, lastFailure: { class: 'unreachable', message: 'the jump host jump no longer answers' } })
  await expect(session?.answersNonce()).rejects.toThrow('the jump host jump no longer answers')
  await session?.close()
  // None is open now.
  await visit('inner-2')
  expect(stateOf(appOf('inner-2'))).toMatchObject({ hold: null, lastFailure: { class: 'unreachable', message: expect.stringContaining('the jump host jump ') as string } })
  await lab.host('jump').resume()
  await pause(500)
  await Promise.all([visit('inner-1'), visit('inner-2')])
  for (const host of ['inner-1', 'inner-2']) expect(stateOf(appOf(host))).toMatchObject({ status: 'settled', epoch: 2, lastFailure: null })
})

test('a jump host that freezes at any moment of a rotation leaves nobody locked out', async () => {
  await adopt(hopOf('jump'), appOf('inner-3'))
  await access.close()
  access = reach(1000)
  const jump = lab.host('jump')
  for (const delay of [20, 60, 110, 170, 240, 320]) {
    order('inner-3')
    const going = visit('inner-3')
    await pause(delay)
    await jump.pause()
    await going
    const { current, candidate } = documentOf(appOf('inner-3'))
    await jump.resume()
    const opens = await Promise.all([current, ...candidate === null ? [] : [candidate]].map(async (secret) => await sshTakes('inner-3', 'app', secret)))
    expect([delay, opens.includes(true)]).toEqual([delay, true])
    for (let visits = 0; visits < 3 && stateOf(appOf('inner-3')).status !== 'settled'; visits += 1) {
      await pause(500)
      await visit('inner-3')
    }
    expect(stateOf(appOf('inner-3'))).toMatchObject({ status: 'settled', hold: null, debts: [] })
  }
})

test('a jump host with another host key is its own trouble: the hosts behind are out of reach and not on hold', async () => {
  await adopt(hopOf('jump'), appOf('inner-1'))
  await access.close()
  const jump = lab.host('jump')
  const keys = '/etc/ssh/ssh_host_ed25519_key'
  const renew = async (command: string): Promise<void> => {
    expect((await jump.run(command)).code).toBe(0)
    await jump.stop()
    await jump.start()
  }
  await renew(`cp -p ${keys} ${keys}.kept && rm -f ${keys} && ssh-keygen -q -t ed25519 -N '' -f ${keys}`)
  access = reach(5000)
  order('inner-1', 'jump')
  const before = await connectionsAt('inner-1')
  await visit('inner-1')
  expect(stateOf(appOf('inner-1'))).toMatchObject({ hold: null, lastFailure: { class: 'unreachable', message: 'the jump host jump showed another key than the pinned one: it was set up anew, or somebody is in between; nothing was sent' } })
  expect(await connectionsAt('inner-1')).toBe(before)
  await visit('jump')
  expect(stateOf(hopOf('jump'))).toMatchObject({ status: 'held', hold: { class: 'identity-changed' } })
  await renew(`mv ${keys}.kept ${keys}`)
  await pause(500)
  await visit('inner-1')
  expect(stateOf(appOf('inner-1'))).toMatchObject({ status: 'settled', epoch: 2 })
})

test('a jump host that is off, or forwards nothing, is named', async () => {
  await adopt(hopOf('jump'), hopOf('shut'), appOf('inner-1'))
  const { target, current } = documentOf(appOf('inner-1'))
  const messageOf = async (work: Promise<unknown>): Promise<string> => await work.then(() => '', (error: unknown) => isRekeyError(error, 'ssh/unreachable') ? error.message : String(error))
  const { address, port, hostKeys } = lab.host('closed')
  const closed = { address, port, hostKeys, account: 'app', via: viaOf('shut') }
  expect(await messageOf(access.contact(closed, [app]))).toMatch(/^the jump host shut lets nobody through to 127\.1\.\d+\.31 port 22022: look at AllowTcpForwarding/)
  expect(await messageOf(access.contact({ ...target, port: 1 }, [current]))).toMatch(/^127\.1\.\d+\.11 port 1 can't be reached from the jump host jump: nothing listens there/)
  const { session } = await access.contact(target, [current])
  await lab.host('jump').stop()
  await expect(session?.answersNonce()).rejects.toMatchObject({ code: 'ssh/dropped', message: expect.stringContaining('the jump host jump ') as string })
  await session?.close()
  expect(await messageOf(access.contact(target, [current]))).toMatch(/^the jump host jump can't be reached: .* connection refused/)
  await lab.host('jump').start()
  await (await access.contact(target, [current])).session?.close()
})
