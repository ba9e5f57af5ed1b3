import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freeSubnet, makeKey, startLab } from '@rekey/lab'
import type { KeyPair, Lab } from '@rekey/lab'
import { startStack } from '@rekey/local'
import type { Stack } from '@rekey/local'
import { opensForSsh } from '../faults/harness/door.ts'
import { asPerson } from '../faults/harness/logins.ts'
import { quick, until } from '../faults/harness/system.ts'
import { asOperator } from './command-line.ts'
import { DocumentedApi } from './documented-api.ts'

/*
 * What nobody manages, found on real hosts: web-1 is managed by an account with sudo, web-2 by one that sees only itself. On web-1 somebody has
 * planted a key, made an account, and left a private key that opens web-2. What people decide against, goes.
 */

interface Finding { readonly id: string, readonly kind: string, readonly fingerprint?: string, readonly places: string[] }
interface SurveyView {
  readonly at: string | null
  readonly asRoot: boolean
  readonly complete: boolean
  readonly sshd: { readonly version: string, readonly weak: string[] }
  readonly hostKeys: unknown[]
  readonly accounts: Array<{ readonly account: string, readonly managed: boolean, readonly password: string, readonly root: string, readonly keys: unknown[], readonly privateKeys: unknown[] }>
}

const [deploy, app, planted, ops, weak] = [makeKey(), makeKey(), makeKey(), makeKey(), makeKey('rsa-1024')]
let folder: string
let lab: Lab
let stack: Stack
let api: DocumentedApi

beforeAll(async () => {
  const subnet = await freeSubnet(84, 90)
  folder = await mkdtemp(join(tmpdir(), 'rekey-survey-'))
  lab = await startLab({
    dir: join(folder, 'lab'),
    hosts: [
      {
        name: 'web-1',
        address: `127.1.${subnet}.1`,
        sshdConfig: ['PermitRootLogin yes'],
        accounts: [
          { name: 'deploy', authorizedKeys: `${deploy.publicKey} deploy\n${planted.publicKey} a stranger\n`, sudo: 'nopasswd' },
          { name: 'app', authorizedKeys: `${ops.publicKey} ops\n`, authorizedKeys2: `from="10.0.0.0/8" ${weak.publicKey} old\n`, password: 'correct horse battery' },
          { name: 'idle', shell: '/usr/sbin/nologin', authorizedKeys: `${ops.publicKey}\n` }
        ],
        files: [{ path: '/home/deploy/.ssh/id_web2', text: app.privateKey }]
      },
      { name: 'web-2', address: `127.1.${subnet}.2`, accounts: [{ name: 'app', authorizedKeys: `${app.publicKey} app\n${ops.publicKey} ops\n` }, { name: 'deploy', authorizedKeys: `${planted.publicKey}\n` }] }
    ]
  })
  stack = await startStack({ dir: join(folder, 'stack'), settings: quick, zones: [{ name: 'production', allowedNetworks: [`127.1.${subnet}.0/24`] }] })
  api = await DocumentedApi.of(stack)
  for (const [name, account, { privateKey }] of [['web-1', 'deploy', deploy], ['web-2', 'app', app]] as const) {
    const { address, port, hostKeys } = lab.host(name)
    await must('/v1/hosts', { zone: 'production', id: name, address, port, hostKeys })
    await must('/v1/credentials', { zone: 'production', host: name, account, privateKey })
  }
})
afterAll(async () => {
  api.close()
  await stack.stop()
  await lab.stop()
  await rm(folder, { recursive: true, force: true })
})

async function must (path: string, body?: object): Promise<void> {
  const answer = await api.post(path, body)
  if (answer.status > 299) throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
}

async function surveyed (host: string): Promise<SurveyView> {
  const path = `/v1/hosts/production/${host}/survey`
  return await until(`${host} was surveyed`, async () => {
    const { body } = await api.get<SurveyView>(path)
    return body.at === null ? undefined : body
  }, 30, async () => JSON.stringify((await api.get(path)).body))
}

interface RemovalView { readonly number: number, readonly status: string, readonly refused: string | null }

async function propose (place: string, key: KeyPair): Promise<RemovalView> {
  const [host = '', account = ''] = place.split('/')
  const { status, body } = await api.post<RemovalView>(`/v1/hosts/production/${host}/removals`, { account, fingerprint: printOf(key), reason: 'a drill' })
  expect(status).toBe(201)
  return body
}

/** Proposes it, approves of it as a person does, and waits for its end. */
async function remove (place: string, key: KeyPair): Promise<RemovalView> {
  const { number } = await propose(place, key)
  expect(await asOperator(stack, 'production', 'approve', `production/${number}`, '--yes')).toMatchObject({ code: 0 })
  return await ended(number)
}

async function ended (number: number): Promise<RemovalView> {
  return await until(`removal ${number} has ended`, async () => {
    const { body } = await api.get<RemovalView>(`/v1/proposals/production/${number}`)
    return ['carried-out', 'void'].includes(body.status) ? body : undefined
  }, 30)
}

async function change (host: string, command: string): Promise<void> {
  const { code, stderr } = await lab.host(host).run(command)
  if (code !== 0) throw new Error(stderr)
}

const findings = async (kind: string): Promise<Finding[]> => (await api.get<{ items: Finding[] }>(`/v1/findings?kind=${kind}`)).body.items
const found = async (kind: string): Promise<unknown[]> => (await findings(kind)).map(({ fingerprint: print, places }) => [print, places.map(place => place.replace('production/', ''))]).sort()
const printOf = ({ fingerprint }: KeyPair): string => fingerprint

test('a survey tells who can log in and how, as far as the account that looks sees it', async () => {
  // One that somebody asks for, and one by the zone's own schedule.
  await must('/v1/hosts/production/web-1/survey')
  const web1 = await surveyed('web-1')
  expect((await api.get('/v1/hosts/production/web-2/survey')).body).toMatchObject({ triedAt: null })
  const people = await asPerson(stack, 'production')
  await people.must('POST', 'rekey-production/data/policies/default', { data: { surveyEverySeconds: 86_400 }, options: { cas: 0 } })
  expect(web1).toMatchObject({ asRoot: true, complete: true, sshd: { version: expect.stringMatching(/^OpenSSH_/) as string } })
  expect(web1.sshd.weak).toEqual(['passwordauthentication yes', 'permitrootlogin yes'])
  expect(web1.hostKeys).toHaveLength(1)
  const [one, two] = ['deploy', 'app'].map(name => web1.accounts.find(({ account }) => account === name))
  expect(one).toMatchObject({ managed: true, password: 'locked', root: 'yes', privateKeys: [{ fingerprint: printOf(app), encrypted: false }] })
  expect(two).toMatchObject({ managed: false, password: 'set', root: 'no', keys: [{ fingerprint: printOf(ops), restricted: false }, { fingerprint: printOf(weak), bits: 1024, restricted: true }] })
  expect(web1.accounts.map(({ account }) => account)).not.toContain('idle')

  const web2 = await surveyed('web-2')
  expect(web2).toMatchObject({ asRoot: false, accounts: [{ account: 'app', managed: true, password: 'unknown' }] })
})

test('what falls with a stolen key is told along sudo and the private keys that lie about', async () => {
  const radius = (await api.post<{ fallen: Array<{ kind: string, name: string, reason: string }> }>('/v1/blast-radius', { fingerprints: [printOf(planted)] })).body
  expect(radius.fallen.map(({ kind, name, reason }) => [kind, name.replace('production/', ''), reason])).toEqual(expect.arrayContaining([
    ['account', 'web-1/deploy', 'opened-by'], ['host', 'web-1', 'root-of'], ['account', 'web-1/app', 'on-host'], ['secret', printOf(app), 'lies-in'], ['account', 'web-2/app', 'opened-by']
  ]))
  expect((await api.post('/v1/blast-radius', { fingerprints: [printOf(app)] })).body).toMatchObject({ counts: { accounts: 1, hosts: 0 } })
})

test('what it finds is told against what is managed, and no secret of it leaves the host', async () => {
  expect(await found('unknown-key')).toEqual([
    [printOf(ops), ['web-1/app', 'web-2/app']],
    [printOf(planted), ['web-1/deploy']],
    [printOf(weak), ['web-1/app']]
  ].sort())
  expect(await found('spread-key')).toEqual([[printOf(ops), ['web-1/app', 'web-2/app']]])
  expect(await found('weak-key')).toEqual([[printOf(weak), ['web-1/app']]])
  expect(await found('private-key')).toEqual([[printOf(app), ['web-1/deploy']]])
  expect((await found('unmanaged-account')).map(finding => (finding as [unknown, string[]])[1])).toContainEqual(['web-1/app'])
  expect((await api.get('/v1/findings')).body).toMatchObject({ accounts: { managed: 2, surveyedHosts: 2 } })

  const shadow = (await lab.host('web-1').read('/etc/shadow')).match(/\$y\$[^:]{20,}/)?.[0] ?? ''
  expect(shadow).not.toBe('')
  const answers = JSON.stringify([(await api.get('/v1/hosts/production/web-1/survey')).body, (await api.get('/v1/findings?limit=1000')).body])
  for (const secret of [shadow, app.privateKey.split('\n')[3] ?? '']) expect(answers).not.toContain(secret)
})

test('a key that nobody manages goes once people have approved, is looked for again, and is a finding no longer', async () => {
  const web1 = lab.host('web-1')
  const { number } = await propose('web-1/deploy', planted)
  expect(await opensForSsh(web1, 'deploy', planted)).toBe(true)
  const { code, shown } = await asOperator(stack, 'production', 'approve', `production/${number}`, '--yes')
  expect([code, shown]).toEqual([0, expect.stringContaining(printOf(planted))])
  expect(await ended(number)).toMatchObject({ status: 'carried-out', refused: null })
  expect([await opensForSsh(web1, 'deploy', planted), await opensForSsh(web1, 'deploy', deploy)]).toEqual([false, true])
  expect(await web1.read('/home/deploy/.ssh/authorized_keys')).toBe(`${deploy.publicKey} deploy\n`)

  // In the second file of an account that our login becomes by sudo.
  expect(await remove('web-1/app', weak)).toMatchObject({ status: 'carried-out' })
  expect([await web1.read('/home/app/.ssh/authorized_keys'), await web1.read('/home/app/.ssh/authorized_keys2')]).toEqual([`${ops.publicKey} ops\n`, ''])
  // By a survey that follows at once.
  await until('the findings are gone', async () => (await findings('unknown-key')).every(({ fingerprint }) => fingerprint === printOf(ops)) || undefined, 20)
})

test('what can\'t be taken out of a file is refused with the reason, and what is managed never goes', async () => {
  const file = '/home/app/.ssh/authorized_keys'
  await change('web-2', `mv ${file} ${file}.real && ln -s ${file}.real ${file}`)
  expect(await remove('web-2/app', ops)).toMatchObject({ status: 'void', refused: expect.stringContaining('symbolic link') as string })
  await change('web-2', `mv ${file}.real ${file} && chown root ${file} && chmod 644 ${file}`)
  expect(await remove('web-2/app', ops)).toMatchObject({ status: 'void', refused: expect.stringContaining('belongs to another user') as string })
  await change('web-2', `chown app ${file}`)
  expect(await opensForSsh(lab.host('web-2'), 'app', ops)).toBe(true)
  expect(await remove('web-2/app', ops)).toMatchObject({ status: 'carried-out' })
  expect((await api.post('/v1/hosts/production/web-2/removals', { account: 'app', fingerprint: printOf(app), reason: 'a drill' })).body).toMatchObject({ code: 'removal/key-managed' })
  expect(await lab.host('web-2').read(file)).toBe(`${app.publicKey} app\n`)
})
