import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { CredentialEvent, WebhookEvent } from '@rekey/domain'
import { asPerson, asService } from '../faults/harness/logins.ts'
import { pidOf } from '../faults/harness/redis.ts'
import { quick, until } from '../faults/harness/system.ts'
import { ApiSystem } from './api-system.ts'
import type { Place } from './api-system.ts'
import { asOperator } from './command-line.ts'

/*
 * A receiver by real HTTP is told of a rotation on a real host: its acknowledgement, and nothing else, ends a grace of an hour.
 */

/** Not Vault's and Redis's, where nobody is told anything. */
const address = '127.0.0.9'
const secret = 'signs what the receiver is told, 32+'
const settings = { ...quick, REKEY_WEBHOOK_NETWORKS: '127.0.0.0/8' }

let system: ApiSystem
let deploy: Place
let receiver: Server
let isUp = false
const heard: Array<{ readonly signature: string, readonly body: string }> = []

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => { body += String(chunk) }).on('end', () => {
      heard.push({ signature: String(request.headers['x-rekey-signature']), body })
      // What fails, fails after it was heard.
      if (isUp) response.writeHead(204).end()
      else if (heard.length % 2 === 0) response.writeHead(503).end()
      else response.destroy()
    })
  })
  await new Promise<void>(resolve => { receiver.listen(0, address, resolve) })
  system = await ApiSystem.start(196)
  deploy = system.place('web-1/deploy')
  const person = await asPerson(system.stack, 'production')
  await person.must('POST', 'rekey-production/data/policies/default', { options: { cas: 0 }, data: { graceSeconds: 3600 } })
  await person.must('POST', 'rekey-production/data/webhooks/inventory', {
    options: { cas: 0 },
    data: { url: `http://${address}:${(receiver.address() as AddressInfo).port}/rekey`, secret, events: ['rotated', 'debt', 'hold', 'drift', 'overdue', 'break-glass', 'campaign-overdue'], acknowledges: true, since: new Date().toISOString() }
  })
  await restartWorker()
  await system.adopt('web-1/deploy')
})
afterAll(async () => {
  receiver.closeAllConnections()
  receiver.close()
  await system.stop()
})

async function restartWorker (): Promise<void> {
  const worker = system.stack.service('worker-production')
  worker?.kill('SIGKILL')
  await worker?.exited
  await system.stack.startService('worker-production', settings)
}

const told = (): WebhookEvent[] => heard.map(({ body }) => JSON.parse(body) as WebhookEvent)
const keys = async (): Promise<string> => (await system.lab.host('web-1').run(`cat ${system.lab.host('web-1').home('deploy')}/.ssh/authorized_keys`)).stdout

test('an old key stays until the receiver has acknowledged the new one, over its failures and the worker\'s crash', async () => {
  const before = await system.view(deploy)
  await system.order('web-1')
  await system.becomes(deploy, 'has its new key', ({ fingerprint, status }) => fingerprint !== before.fingerprint && status === 'grace')
  await until('the receiver has heard of it', async () => await Promise.resolve(heard.length > 0 || undefined), 20)
  await restartWorker()
  const heardBefore = heard.length
  await until('it was told again', async () => await Promise.resolve(heard.length > heardBefore || undefined), 20)
  expect((await keys()).trim().split('\n')).toHaveLength(2)
  expect((await system.view(deploy)).status).toBe('grace')

  isUp = true
  const after = await system.reaches(deploy, 'settled')
  expect((await keys()).trim().split('\n')).toHaveLength(1)
  await until('it is told that the old one is dead', async () => await Promise.resolve(told().at(-1)?.type === 'rotated' || undefined), 20)

  // The same event is the same however often it is told.
  expect(new Set(told().filter(({ type }) => type === 'candidate-verified').map(event => JSON.stringify(event))).size).toBe(1)
  expect(told().at(-1)).toMatchObject({ credential: 'production/web-1/deploy/ssh-key', fingerprint: after.fingerprint, epoch: after.epoch })
})

test('a host that was changed by hand is told of once, though it was brought back at once', async () => {
  const before = await system.view(deploy)
  const host = system.lab.host('web-1')
  await host.write(`${host.home('deploy')}/.ssh/authorized_keys`, `${deploy.key.publicKey} by hand\n`)
  await system.api.send('PUT', '/v1/policies/production/watched', { body: { priority: 1, selector: {}, heartbeat: { everySeconds: 10, onDrift: 'rotate' } } })
  await system.becomes(deploy, 'is brought back', ({ drift, status }) => drift?.endedAt != null && status === 'settled')
  await until('the receiver has heard of it', async () => await Promise.resolve(told().some(({ type }) => type === 'drift') || undefined), 20)
  await system.api.send('DELETE', '/v1/policies/production/watched')
  const drifts = told().filter((event): event is CredentialEvent => event.type === 'drift')
  expect(drifts).toMatchObject([{ credential: 'production/web-1/deploy/ssh-key', fingerprint: before.fingerprint, epoch: before.epoch }])
  // It is told as soon as the host has refused the current key, and which one opens instead may be known only after that.
  expect([undefined, deploy.key.fingerprint]).toContain(drifts[0]?.detail)
})

test('what is overdue is told while the queue stands still and the host is off', async () => {
  const { fingerprint } = await system.view(deploy)
  const redis = await pidOf(system.stack, 'redis')
  await system.lab.host('web-1').stop()
  process.kill(redis, 'SIGSTOP')
  try {
    const person = await asPerson(system.stack, 'production')
    await person.must('POST', 'rekey-production/data/policies/default', { options: { cas: 1 }, data: { longestAgeSeconds: 10, overdueAfterSeconds: 1 } })
    await until('the receiver has heard of it', async () => await Promise.resolve(told().some(({ type }) => type === 'overdue') || undefined), 20)
  } finally {
    process.kill(redis, 'SIGCONT')
    await system.lab.host('web-1').start()
  }
  expect(told().find(({ type }) => type === 'overdue')).toMatchObject({ credential: 'production/web-1/deploy/ssh-key', fingerprint })
})

test('that one person alone has started a campaign is told at once, and once when its deadline has passed with a host out of reach', async () => {
  await system.lab.host('web-1').stop()
  const { id, zones } = (await system.api.post<{ id: string, zones: Array<{ proposal: number }> }>('/v1/campaigns', {
    kind: 'revoke-all', scope: { zones: ['production'] }, reason: 'somebody has our keys', deadline: new Date(Date.now() + 1000).toISOString()
  })).body
  expect((await asOperator(system.stack, 'production', 'campaign', 'break-glass', `production/${zones[0]?.proposal}`, '--yes', '--reason', 'nobody answers')).code).toBe(0)
  // Either may be told first: the deadline passes while the start is still on its way.
  const ofCampaign = (): WebhookEvent[] => told().filter(event => 'campaign' in event).sort((a, b) => a.type.localeCompare(b.type))
  await until('both are told', async () => await Promise.resolve(ofCampaign().length > 1 || undefined), 20)
  await restartWorker()
  await system.lab.host('web-1').start()
  await until('it is done', async () => (await system.api.get<{ done: boolean }>(`/v1/campaigns/${id}`)).body.done || undefined, 30)
  expect(ofCampaign()).toMatchObject([
    { type: 'break-glass', zone: 'production', campaign: id, action: 'start', reason: 'nobody answers' },
    { type: 'campaign-overdue', zone: 'production', campaign: id, reason: 'somebody has our keys' }
  ])
})

test('every message is signed, over its time', () => {
  for (const { signature, body } of heard) {
    const [, time = '', mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? []
    expect(mac).toBe(createHmac('sha256', secret).update(`${time}.${body}`).digest('hex'))
    expect(Math.abs(Date.now() / 1000 - Number(time))).toBeLessThan(300)
    expect(body).not.toMatch(/PRIVATE|AAAA/)
  }
})

test('the API can neither read who is told nor say so, and no worker of another zone can', async () => {
  for (const service of ['api', 'worker-backup']) {
    const holder = await asService(system.stack, service)
    expect((await holder.send('GET', 'rekey-production/data/webhooks/inventory')).status).toBe(403)
    expect((await holder.send('POST', 'rekey-production/data/webhooks/elsewhere', { options: { cas: 0 }, data: {} })).status).toBe(403)
    expect((await holder.send('POST', 'rekey-production/data/told/inventory/web-1/deploy/ssh-key', { options: { cas: 0 }, data: {} })).status).toBe(403)
  }
  const worker = await asService(system.stack, 'worker-production')
  expect((await worker.send('POST', 'rekey-production/data/webhooks/elsewhere', { options: { cas: 0 }, data: {} })).status).toBe(403)
})
