import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkName, Secret } from '@rekey/domain'
import { createVisitQueue, createVisitWorker } from '@rekey/queue'

let redis: ChildProcess
let folder: string
let login: { host: string, port: number, username: string, password: Secret }

async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await once(server.close(), 'close')
  return port
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-visit-names-'))
  login = { host: '127.0.0.1', port: await freePort(), username: 'default', password: Secret.of('test') }
  redis = spawn('redis-server', ['--port', String(login.port), '--bind', '127.0.0.1', '--requirepass', 'test', '--save', '', '--dir', folder, '--maxmemory-policy', 'noeviction'], { stdio: 'ignore' })
})

afterAll(async () => {
  redis.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

/** Well-formed names of hosts that mean something to BullMQ: its own keys beside the jobs' (QueueKeys), and numbers. */
const hosts = [
  'active', 'wait', 'waiting-children', 'paused', 'id', 'delayed', 'prioritized', 'stalled-check', 'completed', 'failed', 'stalled',
  'repeat', 'limiter', 'meta', 'events', 'pc', 'marker', 'de', '0', '7', '123456789', 'web-1', 'web-1.example.org', '10.0.0.7'
]

test('a host may have any well-formed name, also one that BullMQ uses for itself, and stops no other', async () => {
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const queue = createVisitQueue({ redis: login, zone: 'production', timeoutMs: 20_000 })
  const visited = new Set<string>()
  let finish = (): void => {}
  const all = new Promise<void>((resolve) => { finish = resolve })
  const worker = createVisitWorker({
    redis: login,
    zone: 'production',
    concurrency: 4,
    lockSeconds: 10,
    log,
    visit: (host) => {
      visited.add(host)
      if (visited.size === hosts.length) finish()
      return Promise.resolve()
    }
  })
  try {
    for (const host of hosts) await queue.request([checkName('host', host)])
    const timer = setTimeout(finish, 20_000)
    await all
    clearTimeout(timer)
    expect([...visited].sort()).toEqual([...hosts].sort())
  } finally {
    await worker.close()
    await queue.close()
  }
})
