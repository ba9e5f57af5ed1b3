import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { CiSystem } from './ci-system.ts'

/*
 * A broker that hands out lease after lease holds no more memory than one that has begun to. Its heap is bounded besides, so what each lease left behind would end it.
 */

/** `npm run test:full` takes them all. */
const leases = process.env['REKEY_FULL'] === '1' ? 10_000 : 300
/** What a broker holds once it is warm; what is allocated and not yet collected comes and goes on top. */
const warm = Math.min(1000, leases / 3)
const heapMiB = 96
const slackMiB = 64
const atOnce = 16
const credential = 'production/web-1/deploy/ssh-key'

let ci: CiSystem
let agent: Agent
let url: string
let pid: number

beforeAll(async () => {
  const most = '1000000'
  ci = await CiSystem.start(216, 'web-1/deploy')
  await ci.grant('shop', { hosts: ['web-1'] }, { rotateAfter: 'never' })
  await end('broker-production')
  await ci.system.stack.startService('broker-production', { NODE_OPTIONS: `--max-old-space-size=${heapMiB}`, REKEY_BROKER_REQUESTS_PER_SECOND: most, REKEY_BROKER_REQUEST_BURST: most })
  pid = ci.system.stack.service('broker-production')?.pid ?? 0
  // Nothing else is to read what this test writes.
  for (const { name } of ci.system.stack.zones) await end(`worker-${name}`)
  agent = new Agent({ ca: await readFile(ci.system.stack.caFile, 'utf8'), keepAlive: true, maxSockets: atOnce })
  url = ci.environment['REKEY_BROKER_ADDR'] ?? ''
}, 180_000)

afterAll(async () => {
  agent.destroy()
  await ci.stop()
})

async function end (service: string): Promise<void> {
  const running = ci.system.stack.service(service)
  running?.kill('SIGTERM')
  await running?.exited
}

async function ask (method: string, path: string, bearer: string, body?: object): Promise<{ status: number, body: { id: string, secret: string } }> {
  return await new Promise((resolve, reject) => {
    const call = request(`${url}${path}`, { method, agent, headers: { authorization: `Bearer ${bearer}`, ...body && { 'content-type': 'application/json' } } }, (answer) => {
      let text = ''
      answer.on('data', (chunk: Buffer) => { text += chunk.toString('utf8') })
      answer.on('end', () => { resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) as { id: string, secret: string } }) })
    })
    call.on('error', reject)
    call.end(body && JSON.stringify(body))
  })
}

/** As a job does: it takes the lease, has it renewed and gives it back. */
async function job (): Promise<void> {
  const { status, body: { id, secret } } = await ask('POST', '/v1/leases', await ci.issuer.sign({ aud: 'rekey-production', sub: 'job', repository_id: '4711' }), { credentials: [credential], reason: 'memory' })
  if (status !== 201) throw new Error(`the broker answered ${status}`)
  await ask('POST', `/v1/leases/${id}/renew`, secret, {})
  await ask('DELETE', `/v1/leases/${id}`, secret)
}

async function jobs (count: number): Promise<void> {
  let left = count
  await Promise.all(Array.from({ length: atOnce }, async () => { while (left-- > 0) await job() }))
}

/** What the broker has in memory, in MiB: statm counts pages of 4 KiB. */
async function resident (): Promise<number> {
  return Number((await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1]) / 256
}

test(`after ${leases} leases a broker holds what it held after the first ${warm}`, async () => {
  await jobs(warm)
  const before = await resident()
  await jobs(leases - warm)
  const after = await resident()
  process.stdout.write(`a broker: ${before.toFixed(0)} MiB after ${warm} leases, ${after.toFixed(0)} MiB after ${leases}\n`)
  expect(after).toBeLessThan(before + slackMiB)
  // Nobody has started it anew meanwhile.
  expect(ci.system.stack.service('broker-production')?.pid).toBe(pid)
}, 3_600_000)
