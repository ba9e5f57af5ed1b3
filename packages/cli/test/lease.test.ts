import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { beforeEach, describe, expect, test } from '@jest/globals'
import type { ApiConnection } from '@rekey/client'
import { RekeyError, Secret } from '@rekey/domain'
import { Broker } from '../src/lease/broker.ts'
import { runLeased } from '../src/lease/run-leased.ts'
import { takenLease } from '../src/lease/taken-lease.ts'
import { startAgent } from '../src/ssh/agent.ts'
import { Shell } from './shell.ts'

const soon = new Date(Date.now() + 600_000).toISOString()

const handedOut = { credential: 'production/web-1/app/password', host: 'web-1', user: 'app', address: '10.20.0.7', port: 22, knownHosts: ['10.20.0.7 ssh-ed25519 AAAA'], password: 'it\'s secret' }
const answer = { id: '0mmq1k2ab-5f1b6c1e7d3e4a7d9f0a0d6c', secret: 'rekey_lease_x', endsAt: soon, endsAtMost: soon, credentials: [handedOut], knownHosts: '', sshConfig: '' }
const key = { ...handedOut, credential: 'production/web-1/deploy/ssh-key', user: 'deploy', password: undefined, publicKey: 'ssh-ed25519 AAAA', privateKey: 'not a key' }

let shell: Shell
beforeEach(async () => {
  shell = await Shell.start()
  shell.env = { ...shell.env, REKEY_BROKER_ADDR: 'https://broker', REKEY_CI_TOKEN: 'a.b.c' }
  shell.api.answers.set('POST /v1/leases', [{ status: 201, body: answer }])
  shell.api.answers.set(`DELETE /v1/leases/${answer.id}`, [{ status: 200, body: {} }])
})

const lease = ['lease', '--credential', 'production/web-1/deploy/ssh-key', '--reason', 'deploy 1.4.2']
const fetch = ['fetch', '--credential', 'production/web-1/app/password', '--reason', 'deploy 1.4.2', '--format']

test('lease asks the broker by the job\'s token for a short time, and ends as its command does', async () => {
  expect(await shell.rekey(...lease, '--', 'ssh', 'web-1', '-v')).toMatchObject({ code: 7 })
  expect(shell.api.bodies).toEqual([{ credentials: ['production/web-1/deploy/ssh-key'], ttlSeconds: 300, reason: 'deploy 1.4.2' }])
  expect([await shell.bearer(), shell.apiLogins.at(-1)?.url]).toEqual(['a.b.c', 'https://broker'])
  expect(shell.leases).toMatchObject([{ run: { command: ['ssh', 'web-1', '-v'], ttlSeconds: 300 } }])
})

test('a selector narrows down what the grant covers, and the CI\'s run is the reason', async () => {
  shell.env = { ...shell.env, GITHUB_REPOSITORY: 'acme/shop', GITHUB_RUN_ID: '77' }
  await shell.rekey('lease', '--host', 'web-1', '--kind', 'ssh-key', '--label', 'role=shop', '--', 'true')
  expect(shell.api.bodies).toEqual([{ selector: { hosts: ['web-1'], kinds: ['ssh-key'], labels: { role: 'shop' } }, ttlSeconds: 300, reason: 'GitHub: acme/shop run 77' }])
})

test('where there is no job, whoever is logged in asks by a token for the zone\'s broker, and by the next one where that was used', async () => {
  shell.env = { ...shell.env, REKEY_CI_TOKEN: '' }
  expect(await shell.rekey(...lease, '--', 'true')).toMatchObject({ code: 2, err: expect.stringContaining('rekey login') as unknown })
  await shell.rekey('login', '--vault-addr', 'https://vault.example', '--username', 'ada')
  const used = { status: 401, body: { code: 'token/refused', detail: 'this token is not accepted' } }
  shell.api.answers.set('POST /v1/leases', [used, { status: 201, body: answer }])
  expect(await shell.rekey(...lease, '--', 'true')).toMatchObject({ code: 7 })
  expect([shell.identityRoles, await shell.bearer()]).toEqual([['rekey-lease-production', 'rekey-lease-production'], 'identity-2'])
  shell.api.answers.set('POST /v1/leases', [used])
  expect(await shell.rekey(...lease, '--', 'true')).toMatchObject({ code: 1, err: expect.stringContaining('[token/refused]') as unknown })
  expect(await shell.rekey('lease', '--host', 'web-1', '--reason', 'x', '--', 'true')).toMatchObject({ code: 2, err: expect.stringContaining('--audience') as unknown })
})

test('what is being replaced is asked for again with the same token', async () => {
  const withheld = { status: 409, body: { code: 'lease/withheld', detail: 'nothing was handed out: it is being replaced' } }
  shell.api.answers.set('POST /v1/leases', [withheld, { status: 201, body: answer }])
  expect(await shell.rekey(...fetch, 'json')).toMatchObject({ code: 0, err: expect.stringContaining('asking again for 60 s') as unknown })
  shell.api.answers.set('POST /v1/leases', [withheld])
  expect(await shell.rekey(...fetch, 'json', '--wait', '0')).toMatchObject({ code: 1, err: expect.stringContaining('[lease/withheld]') as unknown })
})

test('where a person has to approve, it is said who has to do what, and asked again with the id of the request', async () => {
  const pending = { status: 202, body: { request: answer.id, status: 'pending', expiresAt: soon, approveWith: `rekey approve production/${answer.id}` } }
  shell.api.answers.set('POST /v1/leases', [pending, { status: 201, body: answer }])
  expect(await shell.rekey(...fetch, 'json')).toMatchObject({ code: 0, err: expect.stringContaining(`waiting for another person's approval, 0 s so far; until ${soon}: rekey approve production/${answer.id}`) as unknown })
  const asked = { credentials: ['production/web-1/app/password'], reason: 'deploy 1.4.2' }
  expect(shell.api.bodies).toEqual([asked, { ...asked, request: answer.id }])
  shell.api.answers.set('POST /v1/leases', [pending])
  expect(await shell.rekey(...fetch, 'json', '--approval-wait', '0')).toMatchObject({ code: 1, err: expect.stringContaining('[lease/unapproved]') as unknown })
  shell.api.answers.set('POST /v1/leases', [{ ...pending, body: { ...pending.body, approveWith: 'rekey\u001b[2J' } }])
  expect(await shell.rekey(...fetch, 'json')).toMatchObject({ code: 1, err: expect.stringContaining('not Rekey\'s broker') as unknown })
}, 20_000)

test('fetch writes variables that a shell reads back', async () => {
  const { out } = await shell.rekey(...fetch, 'env')
  expect(out).toContain('export REKEY_PASSWORD=\'it\'\\\'\'s secret\'\n')
  expect(out).toContain('export REKEY_ADDRESS=\'10.20.0.7\'\n')
})

test('variables are for one credential: more are given back at once', async () => {
  shell.api.answers.set('POST /v1/leases', [{ status: 201, body: { ...answer, credentials: [handedOut, key] } }])
  expect(await shell.rekey(...fetch, 'env')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('2 credentials') as unknown })
  expect(shell.api.asked.at(-1)).toBe(`DELETE /v1/leases/${answer.id}`)
})

test.each([
  ['nothing to lease', ['lease', '--reason', 'x', '--', 'true'], 'say what to lease'],
  ['a name and a selector', [...lease, '--host', 'web-1', '--', 'true'], 'say what to lease'],
  ['no broker', [...lease, '--broker', 'http://broker', '--', 'true'], 'begins with https://'],
  ['no reason', ['lease', '--host', 'web-1', '--', 'true'], 'say why'],
  ['another kind', [...lease.slice(0, 1), '--kind', 'x', '--reason', 'x', '--', 'true'], 'ssh-key, password'],
  ['no folder', [...fetch, 'files'], '--out FOLDER belong together'],
  ['an agent for JSON', [...fetch, 'json', '--agent'], 'is for --format files'],
  ['a path that ssh would read', [...fetch, 'files', '--out', 'a%h'], 'no quotes'],
  ['a path too long for a socket', [...fetch, 'files', '--out', 'a'.repeat(100)], 'too long']
])('refuses %s before it asks', async (_, args, says) => {
  expect(await shell.rekey(...args)).toMatchObject({ code: 2, err: expect.stringContaining(says) as unknown })
  expect(shell.api.asked).toEqual([])
})

test('says what a job lacks that has no token', async () => {
  shell.env = { REKEY_BROKER_ADDR: 'https://broker' }
  expect(await shell.rekey(...lease, '--', 'true')).toMatchObject({ code: 2, err: expect.stringContaining('id-token: write') as unknown })
})

test('give-back takes no folder of another kind', async () => {
  expect(await shell.rekey('give-back', '.')).toMatchObject({ code: 1, err: expect.stringContaining('there is no lease to give back') as unknown })
})

describe('a command with a lease', () => {
  const notes: string[] = []
  const asked: string[] = []
  const connection: ApiConnection = {
    send: async (method, path) => { asked.push(`${method} ${path}`); return await Promise.resolve({ status: 503, headers: {}, body: { code: 'vault/sealed', detail: 'Vault is sealed' } }) },
    stream: async () => await Promise.reject(new RekeyError('internal/error', 'none')),
    close: () => {}
  }
  const broker = new Broker({ url: 'https://broker', ca: undefined }, () => connection)
  const run = async (body: object) => await runLeased({ broker, take: async () => await Promise.resolve(takenLease(body)), ttlSeconds: 300, command: ['true'], say: note => { notes.push(note) } }, process.env)

  test('is not run with a password, and the lease is given back', async () => {
    await expect(run(answer)).rejects.toThrow('rekey fetch')
    expect(asked).toEqual([`DELETE /v1/leases/${answer.id}`])
    expect(notes).toEqual([expect.stringMatching(/could not be given back: Vault is sealed; it ends by itself/)])
  })

  test('is not run with a key that no agent takes', async () => {
    await expect(run({ ...answer, credentials: [key] })).rejects.toThrow('ssh-add did not take the key')
    expect(asked).toHaveLength(2)
  })

  test.each([[{ ...answer, credentials: [] }], [{ ...answer, credentials: [{ ...key, credential: '../../x' }] }], [null], ['x']])('takes no answer of another shape: %j', async (body) => {
    await expect(run(body as object)).rejects.toThrow('is not Rekey\'s broker')
  })
})

test('an agent ends with the process that started it, however that ends', async () => {
  const socket = `${shell.folder}/agent`
  const agent = await startAgent(socket)
  await expect(agent.add(Secret.of('no key'), 1)).rejects.toThrow('did not take')
  await agent.end()
  const [code] = await once(spawn('ssh-add', ['-l'], { env: { SSH_AUTH_SOCK: socket }, stdio: 'ignore' }), 'exit') as [number]
  expect(code).toBe(2)
})
