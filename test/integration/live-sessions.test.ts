import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CampaignRun, LiveSessions, UserKey } from '@rekey/domain'
import { allHosts } from '@rekey/domain'
import { freeSubnet, startLab } from '@rekey/lab'
import type { Lab, LabHost } from '@rekey/lab'
import { makeKey } from '@rekey/ssh'
import { until } from '../faults/harness/system.ts'
import { RealHosts } from './real-hosts.ts'

/*
 * Who is logged in by the stock ssh when a campaign replaces what he came in with, on real hosts: OpenSSH, and Dropbear among BusyBox's programs.
 */

const campaign = '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b'
const keys: Record<string, UserKey> = Object.fromEntries(['deploy', 'app', 'root'].map((name) => [name, makeKey()]))
const keyOf = (account: string): UserKey => keys[account] ?? makeKey()
let folder: string
let lab: Lab
let real: RealHosts
const logins: ChildProcess[] = []
let made = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-sessions-'))
  const subnet = await freeSubnet(150, 158)
  const account = (name: string) => ({ name, authorizedKeys: `${keyOf(name).publicKey}\n` })
  lab = await startLab({
    dir: folder,
    hosts: [
      { name: 'openssh', address: `127.1.${subnet}.1`, accounts: [account('deploy'), account('app'), account('root')] },
      { name: 'dropbear', address: `127.1.${subnet}.2`, accounts: [account('deploy'), account('app'), account('root')], daemon: 'dropbear', userland: 'busybox' }
    ]
  })
  for (const [name, key] of Object.entries(keys)) await writeFile(join(folder, name), key.privateKey.open(), { mode: 0o600 })
  await writeFile(join(folder, 'known_hosts'), lab.hosts.map(({ address, port, hostKeys: [hostKey = ''] }) => `[${address}]:${port} ${hostKey}\n`).join(''))
})
afterAll(async () => {
  await lab.stop()
  await rm(folder, { recursive: true })
})

beforeEach(() => { real = new RealHosts(lab) })
afterEach(async () => {
  for (const login of logins.splice(0)) {
    if (isOver(login)) continue
    login.kill('SIGKILL')
    await once(login, 'exit')
  }
  // The hosts need a moment longer, and the next test counts who is there.
  for (const host of lab.hosts) await until(`the end of the logins on ${host.name}`, async () => (await daemonsOn(host)) === 1, 20)
})

/** The daemon that listens, and one for each login. */
const daemonsOn = async (host: LabHost): Promise<number> => Number((await host.run('grep -lE "^Name:.(sshd|dropbear)$" /proc/[0-9]*/status | wc -l')).stdout)

const isOver = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null

/** Somebody who is in by the stock ssh, and heeds neither a hangup nor a polite end. */
async function logIn (host: string, account: string, ...options: string[]): Promise<ChildProcess> {
  made += 1
  return connect(host, account, [...options, destination(host, account), `trap "" HUP TERM; : number ${made} of logins; echo in; while :; do sleep 1; done`])
}

/** Somebody who is in without a shell, and is so for certain: what he reads comes through the forwarded port. */
async function tunnel (host: string, account: string): Promise<ChildProcess> {
  const { address, port } = lab.host(host)
  return connect(host, account, ['-W', `${address}:${port}`, destination(host, account)])
}

const destination = (host: string, account: string): string => `${account}@${lab.host(host).address}`

async function connect (host: string, account: string, rest: string[]): Promise<ChildProcess> {
  const login = spawn('ssh', [
    '-F', 'none', '-i', join(folder, account), '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes', '-o', `UserKnownHostsFile=${join(folder, 'known_hosts')}`, '-o', 'LogLevel=ERROR', '-p', String(lab.host(host).port), ...rest
  ], { stdio: ['pipe', 'pipe', 'inherit'] })
  logins.push(login)
  await once(login.stdout, 'data')
  return login
}

/** A campaign over one account of a host, carried out in one visit. */
async function revoke (host: string, account: string, { endsSessions = false } = {}): Promise<LiveSessions | null> {
  const name = real.handOver(host, account, keyOf(account))
  await real.visit(host)
  const [number, at] = [real.zone.orders.size + 1, new Date().toISOString()]
  const run: CampaignRun = {
    campaign, proposal: 1, order: number, startedAt: at, approvedBy: 'ada, bea', breakGlass: null, endsTokens: false, ...endsSessions && { endsSessions: true }, state: 'running', steering: 0, through: allHosts, waveAt: at, breaker: null, isBreakerOff: false
  }
  real.zone.campaigns.set(campaign, { value: run, version: 1 })
  real.zone.putOrder({ zone: real.zone.name, number, campaign, proposal: 1, scope: { hosts: [host], accounts: [account] }, reason: 'test', requestedBy: 'ada', requestedAt: at })
  await real.visit(host)
  const state = real.state(name)
  expect([state.lastFailure, state.status, state.order]).toEqual([null, 'settled', number])
  // The next one finds the account as it was.
  await lab.host(host).write(`${lab.host(host).home(account)}/.ssh/authorized_keys`, `${keyOf(account).publicKey}\n`)
  await lab.host(host).run(`rm -rf ${lab.host(host).home(account)}/.ssh/.rekey`)
  return state.sessions
}

test('who is in stays in without the word of people, and is counted', async () => {
  const attacker = await logIn('openssh', 'deploy')
  await logIn('openssh', 'app')
  expect(await revoke('openssh', 'deploy')).toMatchObject({ campaign, isToEnd: false, found: 1, ended: 0, note: null })
  expect(isOver(attacker)).toBe(false)
})

test.each(['openssh', 'dropbear'])('on %s who is in by a burned key is out after it, and nobody else is', async (host) => {
  const attacker = await logIn(host, 'deploy')
  const others = [await logIn(host, 'app'), await logIn(host, 'root')]
  expect(await revoke(host, 'deploy', { endsSessions: true })).toMatchObject({ isToEnd: true, found: 1, ended: 1, note: null })
  await until('his end', () => Promise.resolve(isOver(attacker)), 5)
  expect(others.map(isOver)).toEqual([false, false])
})

test.each(['openssh', 'dropbear'])('on %s those of root end, and others\' go on although the daemon is root\'s for all of them', async (host) => {
  const [attacker, other] = [await logIn(host, 'root', '-tt'), await logIn(host, 'app')]
  expect(await revoke(host, 'root', { endsSessions: true })).toMatchObject({ found: 1, ended: 1 })
  await until('his end', () => Promise.resolve(isOver(attacker)), 5)
  expect(isOver(other)).toBe(false)
})

test('a login that only forwards ports ends, too, and what it has started', async () => {
  const [forwarder, shell] = [await tunnel('openssh', 'app'), await logIn('openssh', 'app')]
  const number = made
  await logIn('openssh', 'deploy')
  expect(await revoke('openssh', 'app', { endsSessions: true })).toMatchObject({ found: 2, ended: 2 })
  await until('their end', () => Promise.resolve(isOver(forwarder) && isOver(shell)), 5)
  const { stdout } = await lab.host('openssh').run(`grep -l "number ${number} of [l]ogins" /proc/[0-9]*/cmdline`)
  expect(stdout).toBe('')
})
