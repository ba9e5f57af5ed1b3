import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { approveAs, peopleOf } from '@rekey/drill'
import { makeKey, startIssuer, startLab, type FleetHost, type Issuer, type Lab } from '@rekey/lab'
import { ApiClient, ensureCertificates, layout, startStack, type Stack } from '@rekey/local'
import type { Check } from './check.ts'
import { check, decide } from './check.ts'
import { Broker, LeasedSsh, type LeaseBody } from './ci-job.ts'
import type { EmergencyStage } from './emergency.ts'
import { hostTable } from './tables.ts'
import { until } from './until.ts'

const zone = 'production'
const host = 'shop'
const credential = `${zone}/${host}/deploy/ssh-key`
const audience = 'rekey-production'
const job = { sub: 'repo:acme/shop:ref:refs/heads/main', repository_id: '4711', ref: 'refs/heads/main', event_name: 'push' }
const wanted = { credentials: [credential], ttlSeconds: 300, reason: 'deploy 1.4.2' }

/** Jobs of a CI lease a key. @returns what stock clients, the host and the broker say of it */
export async function playCi ({ folder, subnet, progress, running }: Omit<EmergencyStage, 'hosts'>): Promise<Check[]> {
  const key = makeKey()
  const shop: FleetHost = { name: host, zone, address: `127.1.${subnet}.1`, port: 22022, trait: 'a shop, which a job deploys', accounts: [{ name: 'deploy', authorizedKeys: `${key.publicKey} deploy@shop\n` }] }
  progress.say('\n1. A real host')
  const lab = await startLab({ dir: join(folder, 'lab'), hosts: [shop] })
  running.push(async () => { await lab.stop() })
  progress.say(hostTable([shop]))

  progress.say('\n2. Rekey: OpenBao, Redis, the API, a worker, and a broker; and an issuer that plays GitHub')
  const stack = await startStack({ dir: folder, zones: [{ name: zone, allowedNetworks: [`127.1.${subnet}.0/24`] }], brokers: true, say: (line) => { progress.say(`  ${line}`) } })
  running.push(async () => { await stack.stop() })
  const paths = layout(stack.dir)
  await ensureCertificates(paths, [{ name: 'issuer', uid: 0 }])
  const issuer = await startIssuer({ cert: await readFile(paths.certificate('issuer'), 'utf8'), key: await readFile(paths.certificateKey('issuer'), 'utf8') })
  running.push(async () => { await issuer.close() })
  const api = await ApiClient.of(stack)
  running.push(() => {
    api.close()
    return Promise.resolve()
  })
  progress.say(`  Issuer  ${issuer.url}`)
  await adopt(api, lab, key.privateKey)
  const files = join(folder, 'job')
  await mkdir(files, { mode: 0o700 })
  running.push(async () => { await rm(files, { recursive: true, force: true }) })
  const broker = new Broker(stack.zones[0]?.broker.url ?? '', await readFile(stack.caFile, 'utf8'))
  const story: Story = { lab, stack, api, issuer, broker, files, progress }
  return [...await deploy(story), ...await refuse(story), ...await cut(story)]
}

interface Story extends Pick<EmergencyStage, 'progress'> {
  readonly lab: Lab
  readonly stack: Stack
  readonly api: ApiClient
  readonly issuer: Issuer
  readonly broker: Broker
  readonly files: string
}

async function adopt (api: ApiClient, lab: Lab, privateKey: string): Promise<void> {
  const { address, port, hostKeys } = lab.host(host)
  await api.must('POST', '/v1/hosts', { zone, id: host, address, port, hostKeys })
  await api.must('POST', '/v1/credentials', { zone, host, account: 'deploy', privateKey })
  await until('the adoption', async () => (await api.must<{ status: string }>('GET', `/v1/credentials/${credential}`)).status === 'settled' ? true : undefined)
}

const token = async ({ issuer }: Story, claims: object = {}): Promise<string> => await issuer.sign({ ...job, aud: audience, ...claims })

/** @throws Error when the broker gives none */
async function lease (story: Story): Promise<LeaseBody> {
  const { status, body } = await story.broker.ask('POST', '/v1/leases', await token(story), wanted)
  if (status !== 201) throw new Error(`the broker gave no lease: ${status} ${body.code ?? ''} ${body.detail ?? ''}`)
  return body
}

async function deploy (story: Story): Promise<Check[]> {
  const { api, stack, issuer, lab, files, broker, progress } = story
  progress.say('\n3. The grant: jobs of one repository, on its main branch, may lease one key for ten minutes')
  const { number } = await api.must<{ number: number }>('PUT', `/v1/grants/${zone}/deploy-shop`, {
    issuer: issuer.url, audience, claims: { repository_id: '4711', ref: 'refs/heads/main' }, selector: { hosts: [host] }, maxTtlSeconds: 600, rotateAfter: 'lease', reason: 'the shop deploys by itself'
  })
  const early = check('the broker', 'tokens that get nothing before a person has approved')
  const before = await broker.ask('POST', '/v1/leases', await token(story), wanted)
  decide(early, before.status === 401, `it answered ${before.status}`)
  const [person] = peopleOf(stack, zone)
  await approveAs(person, stack, zone, number)
  await until('the grant', async () => (await api.call('GET', `/v1/grants/${zone}/deploy-shop`)).status === 200 ? true : undefined)
  progress.say(`  approved by ${person.username} with his own Vault login`)

  progress.say('\n4. A job deploys a file with stock scp and ssh, under strict host checking')
  const deployed = check('stock scp and ssh', 'files that the job deployed with the leased key')
  const taken = await lease(story)
  const ssh = await LeasedSsh.of(taken, files)
  await writeFile(join(files, 'release.txt'), 'shop 1.4.2\n')
  const copied = await ssh.run('scp', join(files, 'release.txt'), `${host}:release.txt`)
  const shown = await ssh.run('ssh', host, 'cat', 'release.txt')
  const onHost = await lab.host(host).read('/home/deploy/release.txt').catch(() => '')
  decide(deployed, copied.code === 0 && shown.said === 'shop 1.4.2' && onHost === 'shop 1.4.2\n', `scp: ${copied.said}; ssh: ${shown.said}`)
  progress.say(`  lease ${taken.id} of ${taken.credentials[0]?.fingerprint ?? ''}, until ${taken.endsAt}`)

  const dead = check('stock ssh', 'leased keys that the host refused within 10 s of the job\'s end')
  await broker.ask('DELETE', `/v1/leases/${taken.id}`, taken.secret)
  const ended = performance.now()
  await until('the leased key to be refused', async () => await ssh.isRefused(host) ? true : undefined)
  const seconds = (performance.now() - ended) / 1000
  decide(dead, seconds <= 10, `it took ${seconds.toFixed(1)} s`)
  progress.say(`  the job has ended; ${seconds.toFixed(1)} s later the host refuses its key`)
  return [early, deployed, dead]
}

async function refuse (story: Story): Promise<Check[]> {
  story.progress.say('\n5. Tokens that are good for nothing')
  const refused = check('the broker', 'tokens that it refused, with the reason in its log')
  const log = async () => await readFile(story.stack.service(`broker-${zone}`)?.logFile ?? '', 'utf8')
  const used = await token(story)
  const first = await story.broker.ask('POST', '/v1/leases', used, wanted)
  await story.broker.ask('DELETE', `/v1/leases/${first.body.id}`, first.body.secret)
  await until('the next key', async () => (await story.api.must<{ status: string, fingerprint: string }>('GET', `/v1/credentials/${credential}`)).fingerprint !== first.body.credentials[0]?.fingerprint ? true : undefined)
  const attempts = [
    ['one of a pull request', await token(story, { event_name: 'pull_request', sub: 'repo:acme/shop:pull_request' }), 403, '"claim":"event_name"'],
    ['one of another repository', await token(story, { repository_id: '4712' }), 403, '"claim":"repository_id"'],
    ['one for another audience', await token(story, { aud: 'somebody-else' }), 401, '"claim":"aud"'],
    ['one that was used before', used, 401, 'used before']
  ] as const
  for (const [what, bearer, expected, reason] of attempts) {
    const { status } = await story.broker.ask('POST', '/v1/leases', bearer, wanted)
    decide(refused, status === expected && (await log()).includes(reason), `${what}: ${status}`)
    story.progress.say(`  ${what}: ${status}; the operator's log says ${reason}`)
  }
  return [refused]
}

async function cut (story: Story): Promise<Check[]> {
  const { api, stack, broker, files, progress } = story
  progress.say('\n6. Revoke all in the middle of a lease')
  const held = await lease(story)
  const ssh = await LeasedSsh.of(held, files)
  const inside = await ssh.run('ssh', host, 'true')
  const { id, zones } = await api.must<{ id: string, zones: ReadonlyArray<{ proposal: number }> }>('POST', '/v1/campaigns', { kind: 'revoke-all', scope: { zones: [zone] }, reason: 'demo: somebody holds our credentials' })
  for (const person of peopleOf(stack, zone)) await approveAs(person, stack, zone, zones[0]?.proposal ?? 0)
  const approved = performance.now()
  const after = (): string => `${((performance.now() - approved) / 1000).toFixed(1).padStart(5)} s`
  const ended = check('the broker', 'what a campaign ended first: the lease, and the grant')
  const says = await until('the lease to be cut', async () => {
    const { status, body } = await broker.ask('POST', `/v1/leases/${held.id}/renew`, held.secret, {})
    return status === 403 ? body : undefined
  })
  decide(ended, inside.code === 0 && says.code === 'lease/revoked' && says.detail?.includes(id) === true, `renewing: ${says.code ?? ''}`)
  progress.say(`  ${after()}  renewing the lease: 403 ${says.code ?? ''}, ${says.detail ?? ''}`)
  const anew = await broker.ask('POST', '/v1/leases', await token(story), wanted)
  decide(ended, anew.status === 403 && anew.body.code === 'lease/revoked', `a new lease: ${anew.status} ${anew.body.code ?? ''}`)
  progress.say(`  ${after()}  a new lease: ${anew.status} ${anew.body.code ?? ''}`)
  const dead = check('stock ssh', 'keys of a cut lease that the host refuses')
  await until('the key of the cut lease to be refused', async () => await ssh.isRefused(host) ? true : undefined)
  decide(dead, true, '')
  progress.say(`  ${after()}  the host refuses the key that the job had`)
  return [ended, dead]
}
