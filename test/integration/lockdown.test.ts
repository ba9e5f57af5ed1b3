import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { DialPolicy, Secret, type Lock, type SecretValue } from '@rekey/domain'
import { freeSubnet, makeKey, startLab } from '@rekey/lab'
import type { KeyPair, Lab } from '@rekey/lab'
import { startStack } from '@rekey/local'
import type { Stack, VaultHttp } from '@rekey/local'
import { createHostAccess } from '@rekey/ssh'
import { asPerson as vaultOf } from '../faults/harness/logins.ts'
import type { Document } from '../faults/harness/system.ts'
import { quick, until } from '../faults/harness/system.ts'
import type { View } from './api-system.ts'
import { asPerson, rekey } from './command-line.ts'
import { DocumentedApi, type Answer } from './documented-api.ts'

/*
 * A lockdown on real hosts: it takes two people, strips what it covers while the recovery credential opens, ends who is in, outlives its worker, and leads
 * back to new secrets when people say so.
 */

interface CampaignView {
  readonly id: string
  readonly done: boolean
  readonly stillUsable: number
  readonly lockdown: boolean
  readonly counts: Readonly<Record<string, number>>
  readonly zones: ReadonlyArray<{ readonly status: string, readonly order: number | null, readonly proposal: number, readonly approvalsNeeded: number }>
  readonly targets: ReadonlyArray<{ readonly host: string, readonly account: string, readonly name: string, readonly outcome: string, readonly refusedAt: string | null, readonly lock: Lock | null, readonly spared: { readonly why: string } | null }>
}

const zone = 'production'
/** Of a lone administrator. */
const solo = 'solo'
const keys: Record<string, KeyPair> = Object.fromEntries(['deploy', 'app', 'root', 'lone', 'drop', 'drop-root', 'single', 'single-root'].map(name => [name, makeKey()]))
const password = 'the present one, 42 \\ $HOME'
const options = 'no-agent-forwarding,environment="ROLE=a b"'
let folder: string
let lab: Lab
let stack: Stack
let api: DocumentedApi
const logins: ChildProcess[] = []

beforeAll(async () => {
  const subnet = await freeSubnet(204, 208)
  folder = await mkdtemp(join(tmpdir(), 'rekey-lockdown-'))
  const line = (name: string, before = ''): string => `${before}${keys[name]?.publicKey ?? ''} ${name}`
  lab = await startLab({
    dir: join(folder, 'lab'),
    hosts: [
      {
        name: 'web-1',
        address: `127.1.${subnet}.1`,
        pam: { noDelay: true },
        accounts: [
          { name: 'deploy', authorizedKeys: `# people\n${line('deploy', `${options} `)}\n` },
          // The last line has no end.
          { name: 'app', authorizedKeys: line('app') },
          { name: 'operator', password },
          { name: 'root', authorizedKeys: `${line('root')}\n` }
        ]
      },
      { name: 'web-2', address: `127.1.${subnet}.2`, accounts: [{ name: 'lone', authorizedKeys: `${line('lone')}\n` }] },
      {
        name: 'drop-1',
        address: `127.1.${subnet}.3`,
        daemon: 'dropbear',
        userland: 'busybox',
        // Root's keys change other accounts as these, by su, which BusyBox has elsewhere and Debian's has not.
        keep: ['/usr/bin/passwd', '/usr/sbin/chpasswd', '/usr/bin/su'],
        accounts: [{ name: 'deploy', authorizedKeys: `${line('drop', 'no-agent-forwarding ')}\n` }, { name: 'operator', password }, { name: 'root', authorizedKeys: `${line('drop-root')}\n` }]
      },
      { name: 'solo-1', address: `127.1.${subnet}.4`, accounts: [{ name: 'deploy', authorizedKeys: `${line('single')}\n` }, { name: 'root', authorizedKeys: `${line('single-root')}\n` }] }
    ]
  })
  stack = await startStack({ dir: join(folder, 'stack'), settings: quick, zones: [zone, solo].map(name => ({ name, allowedNetworks: [`127.1.${subnet}.0/24`] })) })
  api = await DocumentedApi.of(stack)
  await adopt('web-1', { 'deploy/ssh-key': 'deploy', 'app/ssh-key': 'app', 'root/ssh-key': 'root', 'operator/password': password }, 'root/ssh-key')
  await adopt('web-2', { 'lone/ssh-key': 'lone' })
}, 150_000)
afterAll(async () => {
  for (const login of logins) login.kill('SIGKILL')
  api.close()
  await stack.stop()
  await lab.stop()
  await rm(folder, { recursive: true, force: true })
})

const zoneOf = (host: string): string => host === 'solo-1' ? solo : zone

/** @param secrets by `account/name`: names of keys, and passwords */
async function adopt (host: string, secrets: Readonly<Record<string, string>>, recovery?: string): Promise<void> {
  const { address, port, hostKeys } = lab.host(host)
  const places = Object.entries(secrets).map(([place, secret]) => ({ account: place.split('/')[0] ?? '', name: place.split('/')[1] ?? '', secret }))
  expect((await api.post('/v1/hosts', { zone: zoneOf(host), id: host, address, port, hostKeys, ...recovery !== undefined && { recovery } })).status).toBe(201)
  for (const { account, name, secret } of places) {
    expect((await api.post('/v1/credentials', { zone: zoneOf(host), host, account, ...name === 'password' ? { password: secret } : { privateKey: keys[secret]?.privateKey } })).status).toBe(202)
  }
  for (const { account, name } of places) await becomes(host, account, name, ({ status }) => status === 'settled')
}

const view = async (host: string, account: string, name = 'ssh-key'): Promise<View> => (await api.get<View>(`/v1/credentials/${zoneOf(host)}/${host}/${account}/${name}`)).body

async function becomes (host: string, account: string, name: string | undefined, isSo: (one: View) => boolean): Promise<View> {
  return await until(`${host}/${account}`, async () => {
    const one = await view(host, account, name)
    return isSo(one) ? one : undefined
  }, 60, async () => JSON.stringify(await view(host, account, name)))
}

const show = async (id: string): Promise<CampaignView> => (await api.get<CampaignView>(`/v1/campaigns/${id}`)).body

async function shows (id: string, what: string, isSo: (one: CampaignView) => boolean): Promise<CampaignView> {
  return await until(what, async () => {
    const one = await show(id)
    return isSo(one) ? one : undefined
  }, 60, async () => JSON.stringify(await show(id)))
}

async function document (host: string, account: string, name = 'ssh-key'): Promise<Document> {
  const { data } = (await (await vaultOf(stack, zoneOf(host))).must('GET', `rekey-${zoneOf(host)}/data/credentials/${host}/${account}/${name}`)) as { data: { data: Document } }
  return data.data
}

/** What opens it by now, as it stands in Vault. */
async function currentKey (host: string, account: string): Promise<{ readonly privateKey: string, readonly publicKey: string }> {
  const { current } = await document(host, account)
  if ('password' in current) throw new Error('it is a password')
  return current
}

async function currentPassword (host: string, account: string): Promise<string> {
  const { current } = await document(host, account, 'password')
  return 'password' in current ? current.password : ''
}

/** The stock ssh, with a key alone. */
async function ssh (host: string, account: string, privateKey: string, command: string): Promise<ChildProcess> {
  const file = join(folder, `key-${logins.length}`)
  await writeFile(file, privateKey, { mode: 0o600 })
  const { address, port, hostKeys: [hostKey = ''] } = lab.host(host)
  await writeFile(`${file}.hosts`, `[${address}]:${port} ${hostKey}\n`)
  const login = spawn('ssh', ['-F', 'none', '-i', file, '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes', '-o', `UserKnownHostsFile=${file}.hosts`, '-o', 'LogLevel=ERROR', '-p', String(port), `${account}@${address}`, command], { stdio: ['ignore', 'pipe', 'pipe'] })
  logins.push(login)
  return login
}

async function answer (host: string, account: string, privateKey: string): Promise<string> {
  const login = await ssh(host, account, privateKey, 'echo in')
  let said = ''
  for (const stream of [login.stdout, login.stderr]) stream?.on('data', (text: Buffer) => { said += text.toString() })
  await once(login, 'close')
  return said.trim()
}

/** What a host says to secrets, by our own client. */
async function verdicts (host: string, account: string, secrets: readonly SecretValue[]): Promise<readonly string[]> {
  const { address, port, hostKeys } = lab.host(host)
  const access = createHostAccess({ dialPolicy: new DialPolicy([`${address}/32`]), stepTimeoutMs: 15_000 })
  const contact = await access.contact({ address, port, hostKeys, account, via: null }, secrets)
  await contact.session?.close()
  return contact.verdicts
}

const asPassword = (text: string): SecretValue => ({ password: Secret.of(text), fingerprint: 'of a test' })

async function approve (proposal: number, who: 'operator' | 'responder', { more = [], of = zone }: { more?: string[], of?: string } = {}): ReturnType<typeof asPerson> {
  return await asPerson(stack, of, who, 'approve', `${of}/${proposal}`, '--yes', ...more)
}

const answerOnLockdown = async (scope: object): Promise<Answer<CampaignView & { readonly code?: string }>> => await api.post('/v1/campaigns', { kind: 'revoke-all', scope, lockdown: true, endsTokens: false, reason: 'somebody is in there' })

/** Somebody who is in by a key of his, and heeds neither a hangup nor a polite end. */
async function attack (host: string, account: string, privateKey: string): Promise<ChildProcess> {
  const attacker = await ssh(host, account, privateKey, 'trap "" HUP TERM; echo in; while :; do sleep 1; done')
  if (attacker.stdout !== null) await once(attacker.stdout, 'data')
  return attacker
}

const isOver = async ({ exitCode, signalCode }: ChildProcess): Promise<boolean> => await Promise.resolve(exitCode !== null || signalCode !== null)

let campaign: CampaignView

test('one approval never begins it, not even one that breaks the glass past the command line', async () => {
  const dryRun = (await api.post<{ zones: Array<{ approvalsNeeded: number, targets: Array<{ credential: string, isLocked: boolean, spared: string | null }> }> }>('/v1/campaigns', { kind: 'revoke-all', scope: { zones: [zone] }, lockdown: true, reason: 'x', dryRun: true })).body
  expect(dryRun.zones[0]).toMatchObject({ approvalsNeeded: 2 })
  expect(Object.fromEntries(dryRun.zones[0]?.targets.map(({ credential, isLocked, spared }) => [credential.slice(zone.length + 1), isLocked ? 'locked' : spared]) ?? [])).toEqual({
    'web-1/deploy/ssh-key': 'locked', 'web-1/app/ssh-key': 'locked', 'web-1/operator/password': 'locked', 'web-1/root/ssh-key': 'recovery', 'web-2/lone/ssh-key': 'no-recovery'
  })
  const proposed = await answerOnLockdown({ zones: [zone] })
  expect(proposed).toMatchObject({ status: 202, body: { lockdown: true, zones: [{ approvalsNeeded: 2 }] } })
  campaign = proposed.body
  const { proposal = 0 } = campaign.zones[0] ?? {}
  expect(await approve(proposal, 'operator', { more: ['--break-glass', 'nobody answers'] })).toMatchObject({ code: 1, shown: expect.stringContaining('takes two people') as unknown })
  // As whoever has one stolen Vault login would.
  const person = await vaultOf(stack, zone)
  const { entity_id: entity } = (await person.must('GET', 'auth/token/lookup-self'))['data'] as { entity_id: string }
  const { digest } = (await api.get<{ digest: string }>(`/v1/proposals/${zone}/${proposal}`)).body
  await person.must('POST', `rekey-${zone}/data/approvals/proposal-${proposal}/${entity}`, { data: { digest, by: 'userpass-operator', breakGlass: 'nobody answers' }, options: { cas: 0 } })
  await until('that the worker refuses it', async () => (await readFile(stack.service(`worker-${zone}`)?.logFile ?? '', 'utf8')).includes('lockdown/needs-two'), 30)
  expect(await show(campaign.id)).toMatchObject({ stillUsable: 5, zones: [{ status: 'proposed', order: null }] })
  for (const account of ['deploy', 'app']) expect(await answer('web-1', account, keys[account]?.privateKey ?? '')).toBe('in')
})

test('two people lock it down, whatever becomes of the worker: old keys and the password are refused, who is in is out, and the recovery credential opens', async () => {
  const attacker = await attack('web-1', 'deploy', keys['deploy']?.privateKey ?? '')
  const { proposal = 0 } = campaign.zones[0] ?? {}
  const page = await approve(proposal, 'responder')
  expect(page).toMatchObject({ code: 0, shown: expect.stringMatching(/LOCKDOWN[^]*nothing replaces it/) as unknown })
  const read = async (account: string): Promise<string> => await lab.host('web-1').read(`/home/${account}/.ssh/authorized_keys`)
  await until('the first lock', async () => (await read('app')).includes('#rekey-locked') || (await read('deploy')).includes('#rekey-locked'), 30)
  const worker = stack.service(`worker-${zone}`)
  worker?.kill('SIGKILL')
  await worker?.exited
  await stack.startService(`worker-${zone}`)

  const locked = await shows(campaign.id, 'locked down', ({ done }) => done)
  expect(locked).toMatchObject({ stillUsable: 0, counts: { total: 5, locked: 3, settled: 2 } })
  expect(Object.fromEntries(locked.targets.map(({ account, outcome, spared, lock }) => [account, [outcome, spared?.why, lock?.proof?.randomRefused]]))).toEqual({
    deploy: ['locked', undefined, true], app: ['locked', undefined, true], operator: ['locked', undefined, true], root: ['settled', 'recovery', undefined], lone: ['settled', 'no-recovery', undefined]
  })
  expect(locked.targets.every(({ refusedAt }) => refusedAt !== null)).toBe(true)
  await until('the attacker\'s end', async () => await isOver(attacker), 10)
  expect(await view('web-1', 'deploy')).toMatchObject({ status: 'held', hold: { class: 'locked-down' }, sessions: { isToEnd: true }, debts: [], owed: null })

  for (const account of ['deploy', 'app', 'root']) expect([account, await answer('web-1', account, keys[account]?.privateKey ?? '')]).toEqual([account, expect.stringContaining('Permission denied')])
  expect(await answer('web-1', 'root', (await currentKey('web-1', 'root')).privateKey)).toBe('in')
  expect(await verdicts('web-1', 'operator', [asPassword(password)])).toEqual(['refused'])
  expect(await read('deploy')).toBe(`# people\n#rekey-locked ${options} ${keys['deploy']?.publicKey ?? ''} deploy\n`)
  expect(await read('app')).toBe(`#rekey-locked ${keys['app']?.publicKey ?? ''} app`)
  expect((await lab.host('web-1').run('getent shadow operator')).stdout).toMatch(/^operator:\*rekey-locked:/)
  // The host that nothing would lead back to is open, with another key, and that is an exception.
  expect(await answer('web-2', 'lone', keys['lone']?.privateKey ?? '')).toContain('Permission denied')
  expect(await answer('web-2', 'lone', (await currentKey('web-2', 'lone')).privateKey)).toBe('in')
  expect((await api.get('/v1/debts?class=no-recovery')).body).toMatchObject({ items: [{ host: 'web-2', account: 'lone', isCurrent: true, endedBy: 'stop' }] })

  expect((await rekey(['campaign', 'report', campaign.id, '--out', 'report.json', '--stack', stack.dir], stack.dir)).code).toBe(0)
  const { report } = JSON.parse(await readFile(join(stack.dir, 'report.json'), 'utf8')) as { report: { proposals: Array<{ lockdown: boolean }>, targets: Array<{ credential: string, lock: Lock | null }> } }
  expect(report.proposals).toMatchObject([{ lockdown: true }])
  expect(report.targets.filter(({ lock }) => lock !== null).map(({ lock }) => lock?.proof?.refused.length)).toEqual([1, 1, 1])
}, 150_000)

test('an approved clearing leads back to a new secret with the options of the old one, which never opens again', async () => {
  for (const [account, name] of [['deploy', 'ssh-key'], ['operator', 'password']] as const) {
    const clearing = await api.post<{ number: number }>(`/v1/credentials/${zone}/web-1/${account}/${name}/clear`, { reason: 'the house is clean' })
    expect(clearing.status).toBe(201)
    expect((await approve(clearing.body.number, 'operator')).code).toBe(0)
    await becomes('web-1', account, name, ({ status, lock }) => status === 'settled' && lock === null)
  }
  const current = await currentKey('web-1', 'deploy')
  expect(await answer('web-1', 'deploy', current.privateKey)).toBe('in')
  expect(await answer('web-1', 'deploy', keys['deploy']?.privateKey ?? '')).toContain('Permission denied')
  expect(await lab.host('web-1').read('/home/deploy/.ssh/authorized_keys')).toBe(`# people\n${options} ${current.publicKey} rekey:${zone}/web-1/deploy/ssh-key\n`)
  expect((await view('web-1', 'deploy')).rotations).toMatchObject([{ proof: { randomRefused: true } }])
  expect(await verdicts('web-1', 'operator', [asPassword(password), asPassword(await currentPassword('web-1', 'operator'))])).toEqual(['refused', 'accepted'])
  expect(await show(campaign.id)).toMatchObject({ done: true, stillUsable: 0, counts: { locked: 1 } })
})

test('on Dropbear among BusyBox\'s programs two people lock down keys and a password, who is in is out, and a clearing leads back', async () => {
  await adopt('drop-1', { 'deploy/ssh-key': 'drop', 'operator/password': password, 'root/ssh-key': 'drop-root' }, 'root/ssh-key')
  const attacker = await attack('drop-1', 'deploy', keys['drop']?.privateKey ?? '')
  const { body: { id, zones: [proposed] } } = await answerOnLockdown({ zones: [zone], hosts: ['drop-1'] })
  for (const who of ['operator', 'responder'] as const) expect((await approve(proposed?.proposal ?? 0, who)).code).toBe(0)

  const locked = await shows(id, 'locked down', ({ done }) => done)
  expect(locked).toMatchObject({ stillUsable: 0, counts: { total: 3, locked: 2, settled: 1 } })
  expect(Object.fromEntries(locked.targets.map(({ account, outcome, spared, lock }) => [account, [outcome, spared?.why, lock?.proof?.randomRefused]]))).toEqual({
    deploy: ['locked', undefined, true], operator: ['locked', undefined, true], root: ['settled', 'recovery', undefined]
  })
  await until('the attacker\'s end', async () => await isOver(attacker), 10)
  for (const [account, key] of [['deploy', 'drop'], ['root', 'drop-root']] as const) expect([account, await answer('drop-1', account, keys[key]?.privateKey ?? '')]).toEqual([account, expect.stringContaining('Permission denied')])
  expect(await verdicts('drop-1', 'operator', [asPassword(password)])).toEqual(['refused'])
  expect(await answer('drop-1', 'root', (await currentKey('drop-1', 'root')).privateKey)).toBe('in')

  for (const [account, name] of [['deploy', 'ssh-key'], ['operator', 'password']] as const) {
    const clearing = await api.post<{ number: number }>(`/v1/credentials/${zone}/drop-1/${account}/${name}/clear`, { reason: 'the house is clean' })
    expect((await approve(clearing.body.number, 'operator')).code).toBe(0)
    await becomes('drop-1', account, name, ({ status, lock }) => status === 'settled' && lock === null)
  }
  expect(await answer('drop-1', 'deploy', (await currentKey('drop-1', 'deploy')).privateKey)).toBe('in')
  expect(await answer('drop-1', 'deploy', keys['drop']?.privateKey ?? '')).toContain('Permission denied')
  expect(await verdicts('drop-1', 'operator', [asPassword(password), asPassword(await currentPassword('drop-1', 'operator'))])).toEqual(['refused', 'accepted'])
}, 150_000)

test('in single-operator mode nothing begins it: not one person\'s word, not his second one by another login, and not the mode switched on after it was proposed', async () => {
  await adopt('solo-1', { 'deploy/ssh-key': 'single', 'root/ssh-key': 'single-root' }, 'root/ssh-key')
  const { body: { id, zones: [proposed] } } = await answerOnLockdown({ zones: [solo] })
  const proposal = proposed?.proposal ?? 0
  const person = await vaultOf(stack, solo)
  await person.must('POST', `rekey-${solo}/data/policies/default`, { data: { campaignApprovals: 1 }, options: { cas: 0 } })
  expect((await api.get('/v1/zones')).body).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ name: solo, singleOperator: true })]) as unknown })
  expect(await answerOnLockdown({ zones: [solo] })).toMatchObject({ status: 409, body: { code: 'lockdown/needs-two' } })

  expect((await approve(proposal, 'operator', { of: solo })).code).toBe(0)
  const { again, entity } = await secondLogin('operator-solo')
  const { digest } = (await api.get<{ digest: string }>(`/v1/proposals/${solo}/${proposal}`)).body
  const word = { data: { digest, by: 'the same person' }, options: { cas: 0 } }
  expect((await again.send('POST', `rekey-${solo}/data/approvals/proposal-${proposal}/${entity}`, word)).status).toBe(403)
  expect((await again.send('POST', `rekey-${solo}/data/approvals/proposal-${proposal}/somebody-else`, word)).status).toBe(403)
  await until('that the worker refuses it', async () => (await readFile(stack.service(`worker-${solo}`)?.logFile ?? '', 'utf8')).includes('lockdown/needs-two'), 30)

  // The same person's word is enough for a campaign that replaces secrets: the mode is in force, and the worker has looked.
  const plain = await api.post<CampaignView>('/v1/campaigns', { kind: 'revoke-all', scope: { zones: [solo], accounts: ['deploy'] }, endsTokens: false, reason: 'a key has leaked' })
  expect((await approve(plain.body.zones[0]?.proposal ?? 0, 'operator', { of: solo })).code).toBe(0)
  await shows(plain.body.id, 'replaced', ({ done }) => done)
  expect(await show(id)).toMatchObject({ stillUsable: 2, zones: [{ status: 'proposed', order: null }] })
  expect(await answer('solo-1', 'deploy', (await currentKey('solo-1', 'deploy')).privateKey)).toBe('in')
  expect(await view('solo-1', 'deploy')).toMatchObject({ hold: null, lock: null })
})

/** Another way in for a person whom Vault knows already: another user name, by another auth method, of the same entity. */
async function secondLogin (username: string): Promise<{ readonly again: VaultHttp, readonly entity: string }> {
  const { entity_id: entity } = (await (await vaultOf(stack, solo)).must('GET', 'auth/token/lookup-self'))['data'] as { entity_id: string }
  await stack.asRoot(async root => {
    await root.must('POST', 'sys/auth/second', { type: 'userpass' })
    await root.must('POST', `auth/second/users/${username}`, { password: 'another one', token_policies: [`rekey-person-${solo}`], token_no_default_policy: true })
    const { 'second/': { accessor } } = (await root.must('GET', 'sys/auth'))['data'] as { 'second/': { accessor: string } }
    await root.must('POST', 'identity/entity-alias', { name: username, canonical_id: entity, mount_accessor: accessor })
  })
  const { auth } = await stack.vaultHttp.must('POST', `auth/second/login/${username}`, { password: 'another one' }) as { auth: { client_token: string, entity_id: string } }
  expect(auth.entity_id).toBe(entity)
  return { again: stack.vaultHttp.as(auth.client_token), entity }
}
