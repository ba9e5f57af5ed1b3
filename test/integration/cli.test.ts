import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeKey } from '@rekey/lab'
import { makeFleet, type Account } from '../faults/harness/fleet.ts'
import { System, until } from '../faults/harness/system.ts'

/** The built command line as a process of its own, as a person types it, against a whole Rekey with a host behind another one. */
const bin = fileURLToPath(new URL('../../packages/cli/bin/rekey.js', import.meta.url))
let system: System
let jump: Account
let inner: Account
let runtime: string

beforeAll(async () => {
  const fleet = makeFleet({ production: 2 })
  const [first, second] = fleet.hosts
  const [gate, behind] = fleet.accounts
  if (first === undefined || second === undefined || gate === undefined || behind === undefined) throw new Error('no hosts')
  ;[jump, inner] = [gate, behind]
  system = await System.start({ ...fleet, hosts: [first, { ...second, via: first.name }] })
  runtime = join(system.stack.dir, 'runtime')
  await mkdir(runtime, { mode: 0o700 })
  await system.startWorker('production')
  await system.addHost(jump.host)
  await system.handOver(jump)
  const { address, port, hostKeys } = system.lab.host(inner.host)
  await system.api.must('POST', '/v1/hosts', { zone: 'production', id: inner.host, address, port, hostKeys, via: `${jump.host}/${jump.account}/ssh-key` })
  await system.handOver(inner)
  await system.allSettled(0)
})
afterAll(async () => await system.stop())

async function rekey (...args: string[]): Promise<{ code: number, out: string, err: string }> {
  return await new Promise(resolve => {
    const child = execFile(process.execPath, [bin, ...args], { cwd: system.stack.dir, env: { PATH: process.env['PATH'] ?? '', HOME: runtime, XDG_RUNTIME_DIR: runtime } }, (_error, out, err) => resolve({ code: child.exitCode ?? -1, out, err }))
  })
}

async function typed (...args: string[]): Promise<string> {
  const { code, out, err } = await rekey(...args, '--stack', system.stack.dir)
  expect([args[0], code, err]).toEqual([args[0], 0, expect.not.stringContaining('unexpected')])
  return out
}

const nameOf = ({ zone, host, account }: Account): string => `${zone}/${host}/${account}/ssh-key`

test('a person orders a rotation, follows it, and sees the proof', async () => {
  expect(await typed('status')).toMatch(/ready: Vault and Redis answer[^]*production {2}2 {12}2/)
  expect(await typed('rotate', 'production', '--reason', 'drill', '--yes', '--wait', '--timeout', '60')).toMatch(/^Order production\/1 is done: 2 of 2 settled/)
  expect(await typed('orders', 'show', 'production/1')).toContain(`${nameOf(inner)}  settled`)
  expect(await typed('credentials', 'show', nameOf(inner))).toMatch(/random {2}refused[^]*new +accepted/)
  expect(await typed('hosts', 'show', `production/${inner.host}`)).toContain(`${jump.host}/${jump.account}/ssh-key`)
  expect(JSON.parse(await typed('credentials', '--json'))).toHaveLength(2)
})

test('rekey ssh logs in with the present key, behind a jump host too, and leaves nothing behind', async () => {
  expect(await rekey('login', '--zone', 'production', '--stack', system.stack.dir)).toMatchObject({ code: 0 })
  expect((await stat(join(runtime, 'rekey', 'vault-login.json'))).mode & 0o777).toBe(0o600)
  for (const who of [jump, inner]) {
    expect(await rekey('ssh', nameOf(who), '--', 'id', '-un')).toMatchObject({ code: 0, out: `${who.account}\n` })
  }
  expect(await rekey('ssh', nameOf(inner), '--', 'exit', '7')).toMatchObject({ code: 7 })
  expect((await readdir(runtime)).filter(name => name.startsWith('rekey-ssh-'))).toEqual([])
})

test('rekey ssh believes no host but the one with the pinned key', async () => {
  const host = system.lab.host(inner.host)
  const { privateKey } = makeKey()
  await host.write('/etc/ssh/ssh_host_ed25519_key', privateKey)
  await host.run('kill -HUP 1')
  const refused = await until('the host to show its other key', async () => {
    const { code, err } = await rekey('ssh', nameOf(inner), '--', 'true')
    return code === 255 && err.includes('verification failed') ? err : undefined
  })
  expect(refused).toContain('Host key verification failed')
})

test('a login that was ended opens nothing any more', async () => {
  const file = join(runtime, 'rekey', 'vault-login.json')
  const stolen = await readFile(file, 'utf8')
  expect(await rekey('reveal', nameOf(jump), '--public')).toMatchObject({ code: 0 })
  expect(await rekey('logout')).toMatchObject({ code: 0 })
  expect(await readdir(join(runtime, 'rekey'))).toEqual([])
  await writeFile(file, stolen, { mode: 0o600 })
  expect(await rekey('reveal', nameOf(jump), '--public')).toMatchObject({ code: 1, err: expect.stringContaining('[vault/forbidden]') as unknown })
})
