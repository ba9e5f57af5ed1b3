import { checkName } from '@rekey/domain'
import { createVisitQueue, createVisitWorker } from '@rekey/queue'
import { RedisServer } from './redis-server.ts'

let redis: RedisServer
beforeAll(async () => { redis = await RedisServer.open() })
afterAll(async () => { await redis.close() })

/** Well-formed names of hosts that mean something to BullMQ: its own keys beside the jobs' (QueueKeys), and numbers. */
const hosts = [
  'active', 'wait', 'waiting-children', 'paused', 'id', 'delayed', 'prioritized', 'stalled-check', 'completed', 'failed', 'stalled',
  'repeat', 'limiter', 'meta', 'events', 'pc', 'marker', 'de', '0', '7', '123456789', 'web-1', 'web-1.example.org', '10.0.0.7'
]

test('a host may have any well-formed name, also one that BullMQ uses for itself, and stops no other', async () => {
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const queue = createVisitQueue({ redis: redis.login, zone: 'production', timeoutMs: 20_000 })
  const visited = new Set<string>()
  let finish = (): void => {}
  const all = new Promise<void>((resolve) => { finish = resolve })
  const worker = createVisitWorker({
    redis: redis.login,
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
