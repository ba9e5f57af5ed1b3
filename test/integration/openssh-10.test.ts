import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CredentialState } from '@rekey/domain'
import { makeKey } from '@rekey/lab'
import type { LabHost } from '@rekey/lab'
import type { Account, Fleet, Plan } from '../faults/harness/fleet.ts'
import { makeFleet } from '../faults/harness/fleet.ts'
import { HostGate } from '../faults/harness/host-gate.ts'
import type { SecretText } from '../faults/harness/secret-text.ts'
import { soon, System, until } from '../faults/harness/system.ts'
import { ssh } from '../lab/test/stock-ssh.ts'
import { describeFull } from '../packaging/full.ts'
import { asPerson } from './command-line.ts'

/*
 * Hosts of Debian 13, whose sshd shuts out an address from which too many logins have failed (PerSourcePenalties). All visits to a host come from one
 * address, so a rotator that brought a penalty on itself would shut itself out. The judge asks from other addresses.
 */

const zone = 'production'
const plain: Plan = { deploy: ['ssh-key'], operator: ['password'] }
const lost = ['lost-1', 'lost-2', 'lost-3']
const manyAccounts: Plan = { ...Object.fromEntries(lost.map((account) => [account, ['ssh-key']])), deploy: ['ssh-key'] }

interface CampaignView {
  readonly id: string
  readonly done: boolean
  readonly stillUsable: number
  readonly counts: Readonly<Record<string, number>>
  readonly zones: ReadonlyArray<{ readonly zone: string, readonly proposal: number }>
}

/** All with sshd's own penalties, but for one host whose people made them stricter: there a single failure shuts out. */
function debian13 (fleet: Fleet): Fleet {
  return { ...fleet, hosts: fleet.hosts.map((host) => ({ ...host, system: 'debian-13', ...host.name === 'production-6' && { sshdConfig: ['PerSourcePenalties authfail:20s'] } })) }
}

describeFull('hosts of Debian 13, with OpenSSH 10', () => {
  let system: System
  let gate: HostGate
  let folder: string
  let judged = 0

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rekey-openssh-10-'))
    system = await System.start(debian13(makeFleet({ [zone]: 6, backup: 1 }, [plain, plain, plain, manyAccounts, plain, { deploy: ['ssh-key'] }, plain])))
    gate = await HostGate.open(system.lab.host('production-2'))
    for (const { name } of system.fleet.hosts) await system.addHost(name, name === 'production-2' ? gate : undefined)
    for (const name of [zone, 'backup']) await system.startWorker(name)
    for (const account of system.fleet.accounts) await system.handOver(account)
    await system.allSettled(0)
  })
  afterAll(async () => {
    await gate.close()
    await system.stop()
    await rm(folder, { recursive: true, force: true })
  })

  function who (host: string, account: string): Account {
    const found = system.fleet.accounts.find((one) => one.host === host && one.account === account)
    if (found === undefined) throw new Error(`there is no ${account} on ${host}`)
    return found
  }

  /** What the stock ssh comes to, each time from another address unless told otherwise. */
  async function judge ({ host, account }: Account, secret: SecretText, from = `127.0.9.${++judged}`): Promise<'in' | 'refused' | 'turned away'> {
    const login = 'password' in secret ? { password: secret.password } : { privateKey: secret.privateKey }
    const { stdout, stderr } = await ssh(folder, system.lab.host(host), { account, ...login, options: ['-o', `BindAddress=${from}`] }, 'echo in')
    if (stdout === 'in\n') return 'in'
    if (stderr.includes('Permission denied')) return 'refused'
    if (/closed by|reset by/.test(stderr)) return 'turned away'
    throw new Error(stderr)
  }

  const logOf = async (host: LabHost): Promise<string[]> => (await readFile(host.logFile, 'utf8')).split(/\r?\n/)

  /** What sshd has made of too many failed logins from the address that the workers come from. */
  async function penalties (): Promise<string[]> {
    const all = await Promise.all(system.lab.hosts.map(async (host) => (await logOf(host)).map((line) => `${host.name}: ${line}`)))
    return all.flat().filter((line) => !line.startsWith('production-6') && line.includes('127.0.0.1') && /activating|active penalty|drop connection/.test(line))
  }

  async function documentOf (account: Account) {
    const document = await system.document(account)
    if (document === undefined) throw new Error(`${account.host}/${account.account} has no document`)
    return document
  }

  /** The last proven rotation of the account, by the stock ssh: what is dead is refused, and what is current opens. */
  async function provenBySsh (account: Account): Promise<void> {
    const { current, candidate, retired, history: [dead], hold } = await documentOf(account)
    expect({ candidate, retired, hold }).toEqual({ candidate: null, retired: [], hold: null })
    expect(await judge(account, dead ?? account.first)).toBe('refused')
    expect(await judge(account, current)).toBe('in')
  }

  async function becomes (account: Account, what: string, isSo: (state: CredentialState) => boolean, seconds = 60): Promise<CredentialState> {
    return await until(`${account.host}/${account.account} ${what}`, async () => {
      const state = await system.state(account)
      return isSo(state) ? state : undefined
    }, seconds, async () => JSON.stringify(await system.state(account)))
  }

  async function setKeys ({ host, account }: Account, lines: string): Promise<void> {
    await system.lab.host(host).write(`/home/${account}/.ssh/authorized_keys`, lines)
  }

  /** As a snapshot does that is older than the last rotation. */
  async function putFirstKeyBack (account: Account): Promise<void> {
    await system.settled(account, await system.orderFor(account))
    await setKeys(account, `${'publicKey' in account.first ? account.first.publicKey : ''}\n`)
  }

  test('a key and a password are replaced and proven, as ssh and sshd\'s log have it', async () => {
    const host = system.lab.host('production-1')
    expect((await host.run('/usr/sbin/sshd -V')).stderr).toMatch(/^OpenSSH_10\./)
    const before = (await host.connections()).length
    const number = await system.order(zone, { hosts: ['production-1'] })
    for (const name of ['deploy', 'operator']) {
      const account = who('production-1', name)
      const { rotations: [rotation] } = await system.settled(account, number)
      expect(rotation?.proof).toMatchObject({ randomRefused: true, by: name === 'deploy' ? 'publickey' : 'password' })
      const seen = (await host.connections()).slice(before).filter(({ verdicts }) => verdicts[0]?.account === name)
      expect(seen.at(-1)?.verdicts.map(({ verdict }) => verdict)).toEqual(['refused', 'refused', 'accepted'])
      await provenBySsh(account)
      expect(await judge(account, account.first)).toBe('refused')
    }
    expect(await penalties()).toEqual([])
  })

  test.each(['deploy', 'operator'])('a worker that is killed between the push and the verification of %s leaves a successor that the next one finds', async (name) => {
    const account = who('production-2', name)
    const { current: old } = await documentOf(account)
    const verification = gate.stopConnection(2)
    const number = await system.orderFor(account)
    await soon('the verification', verification.reached)
    const worker = system.stack.service(`worker-${zone}`)
    worker?.kill('SIGKILL')
    await worker?.exited
    verification.release()
    const { candidate } = await documentOf(account)
    expect(candidate?.sentAt).not.toBeNull()
    if (candidate === null) throw new Error('nothing was stored')
    expect(await judge(account, candidate)).toBe('in')
    await system.startWorker(zone)
    await system.settled(account, number)
    expect((await documentOf(account)).current.fingerprint).toBe(candidate.fingerprint)
    await provenBySsh(account)
    expect(await judge(account, old)).toBe('refused')
    expect(await penalties()).toEqual([])
  })

  test('revoke-all replaces every secret of all hosts at once, and no sshd takes that for an attack', async () => {
    const old = await Promise.all(system.fleet.accounts.map(async (account) => ({ account, secret: (await documentOf(account)).current })))
    const { id, zones } = await system.api.must<CampaignView>('POST', '/v1/campaigns', { kind: 'revoke-all', reason: 'somebody has our keys', scope: { all: true } })
    for (const { zone: name, proposal } of zones) {
      for (const person of ['operator', 'responder'] as const) expect((await asPerson(system.stack, name, person, 'approve', `${name}/${proposal}`, '--yes')).code).toBe(0)
    }
    const show = async (): Promise<CampaignView> => await system.api.must<CampaignView>('GET', `/v1/campaigns/${id}`)
    const done = await until('the campaign is done', async () => {
      const view = await show()
      return view.done ? view : undefined
    }, 60, async () => JSON.stringify(await show()))
    expect(done).toMatchObject({ stillUsable: 0, counts: { total: system.fleet.accounts.length, settled: system.fleet.accounts.length } })
    for (const { account, secret } of old) {
      expect([account.host, account.account, await judge(account, secret)]).toEqual([account.host, account.account, 'refused'])
      expect(await judge(account, (await documentOf(account)).current)).toBe('in')
    }
    expect(await penalties()).toEqual([])
  })

  test('an old key that opens again is looked for among the recorded ones, and a successor is put in its place', async () => {
    const account = who('production-3', 'deploy')
    await putFirstKeyBack(account)
    const number = await system.orderFor(account)
    await becomes(account, 'is brought back', ({ status, order, drift }) => status === 'settled' && order >= number && drift?.endedAt != null)
    await provenBySsh(account)
    expect(await judge(account, account.first)).toBe('refused')
    expect(await penalties()).toEqual([])
  })

  test('the same on a host that shuts us out for the first failure: it is waited for, as each visit would begin with that one', async () => {
    const account = who('production-6', 'deploy')
    await putFirstKeyBack(account)
    const number = await system.orderFor(account)
    await becomes(account, 'is brought back', ({ status, order, drift }) => status === 'settled' && order >= number && drift?.endedAt != null)
    await provenBySsh(account)
    expect(await judge(account, account.first)).toBe('refused')
    expect((await logOf(system.lab.host(account.host))).filter((line) => /127\.0\.0\.1\/32 active penalty/.test(line))).toHaveLength(1)
  })

  test('several accounts whose keys were all taken away are given up without closing the host to the one that still opens', async () => {
    for (const name of lost) await setKeys(who('production-4', name), `${makeKey().publicKey} of somebody else\n`)
    const number = await system.order(zone, { hosts: ['production-4'] })
    for (const name of lost) expect(await becomes(who('production-4', name), 'is held', ({ hold }) => hold !== null)).toMatchObject({ hold: { class: 'locked-out' } })
    await system.settled(who('production-4', 'deploy'), number)
    await provenBySsh(who('production-4', 'deploy'))
    expect((await logOf(system.lab.host('production-4'))).filter((line) => /^Failed .* from 127\.0\.0\.1 /.test(line)).length).toBeGreaterThan(2 * lost.length)
    expect(await penalties()).toEqual([])
  })

  test('where others have had the worker\'s address shut out, nothing is taken for a refusal, and it goes on when that has passed', async () => {
    const accounts = ['deploy', 'operator'].map((name) => who('production-5', name))
    const before = await Promise.all(accounts.map(documentOf))
    await until('the address is shut out', async () => await judge(accounts[0] as Account, makeKey(), '127.0.0.1') === 'turned away')
    expect(await judge(accounts[0] as Account, before[0]?.current as SecretText, '127.0.0.1')).toBe('turned away')

    const number = await system.order(zone, { hosts: ['production-5'] })
    for (const account of accounts) {
      const told = await becomes(account, 'tells why it waits', ({ lastFailure }) => lastFailure !== null)
      expect(told).toMatchObject({ hold: null, drift: null, lastFailure: { class: 'not-sent', code: 'ssh/dropped', message: expect.stringContaining('PerSourcePenalties') as string } })
    }
    for (const [index, account] of accounts.entries()) expect((await documentOf(account)).current.fingerprint).toBe(before[index]?.current.fingerprint)
    for (const account of accounts) {
      await system.settled(account, number)
      await provenBySsh(account)
    }
    expect(await penalties()).not.toEqual([])
  })
})
