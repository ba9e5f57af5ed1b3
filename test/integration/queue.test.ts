import { setTimeout as wait } from 'node:timers/promises'
import { isRekeyError } from '@rekey/domain'
import { createVisitQueue, createVisitWorker } from '@rekey/queue'
import type { VisitLease } from '@rekey/rotation'
import { soon, until as untilFound } from '../faults/harness/system.ts'
import { RedisServer } from './redis-server.ts'

const zone = 'production'
const lockSeconds = 1
let redis: RedisServer
let closing: Array<() => Promise<void>>

beforeEach(async () => {
  redis = await RedisServer.open()
  closing = []
})
afterEach(async () => {
  await Promise.all(closing.map(async close => { await close() }))
  await redis.close()
})

function openQueue (timeoutMs?: number): ReturnType<typeof createVisitQueue> {
  const queue = createVisitQueue({ redis: redis.login, zone, ...timeoutMs === undefined ? {} : { timeoutMs } })
  closing.push(async () => { await queue.close() })
  return queue
}

interface Line { readonly event: string, readonly alarm?: string }

function openWorker (visit: (host: string, lease: VisitLease) => Promise<void>, dropped?: () => void): { lines: Line[], close: () => Promise<void> } {
  const lines: Line[] = []
  const note = (fields: Record<string, unknown>): void => { lines.push(fields as unknown as Line) }
  const worker = createVisitWorker({ redis: redis.login, zone, concurrency: 4, lockSeconds, visit, dropped, log: { info: note, warn: note, error: note } })
  closing.push(async () => { await worker.close() })
  return { lines, close: async () => { await worker.close() } }
}

async function until (holds: () => boolean | Promise<boolean>, seconds = 10): Promise<void> {
  await untilFound('what the test waits for', async () => await holds(), seconds)
}

const isLost = (lease: VisitLease): boolean => {
  try {
    lease.assertHeld()
    return false
  } catch (error) {
    return isRekeyError(error, 'lease/lost')
  }
}

/** What is in Redis of a queue that has nothing to do: BullMQ's own counters, and no job. */
async function jobsLeft (): Promise<number> {
  return Number((await redis.send('EVAL', 'return #redis.call("KEYS", "rekey:visits-production:host-*")', '0')).replace(/\D/g, ''))
}

describe('requests', () => {
  test('a host that is asked for many times waits once', async () => {
    const queue = openQueue()
    for (let n = 0; n < 5; n++) await queue.request(['web-1', 'web-2', 'web-1'])
    const visits: string[] = []
    openWorker(host => { visits.push(host); return Promise.resolve() })
    await until(async () => visits.length === 2 && await jobsLeft() === 0)
    await wait(200)
    expect(visits.sort()).toEqual(['web-1', 'web-2'])
  })

  test('a host can be asked for again once its visit has ended', async () => {
    const queue = openQueue()
    let visits = 0
    openWorker(() => { visits += 1; return Promise.resolve() })
    for (let round = 1; round <= 3; round++) {
      await queue.request(['web-1'])
      await until(async () => visits === round && await jobsLeft() === 0)
    }
  })

  test('ten thousand hosts are taken in one request', async () => {
    const hosts = Array.from({ length: 10_000 }, (_, n) => `h${n}`)
    const begun = performance.now()
    await openQueue(60_000).request(hosts)
    const took = performance.now() - begun
    expect(await jobsLeft()).toBe(10_000)
    await redis.send('FLUSHALL')
    // All of them would take longer than this deadline, which is for a part of them.
    await openQueue(took / 3).request(hosts)
    expect(await jobsLeft()).toBe(10_000)
  })

  test.each<[string, () => Promise<void>, () => Promise<void>]>([
    ['away', async () => { await redis.kill() }, async () => { await redis.start() }],
    ['frozen', () => { redis.signal('SIGSTOP'); return Promise.resolve() }, () => { redis.signal('SIGCONT'); return Promise.resolve() }]
  ])('a Redis that is %s is given up by a deadline of the queue\'s own, and used again when it is back', async (_, goAway, comeBack) => {
    const queue = openQueue()
    await queue.request(['web-0'])
    await goAway()
    for (let n = 0; n < 3; n++) {
      await soon('it is given up', expect(queue.request(['web-1'])).rejects.toMatchObject({ code: 'queue/unavailable' }), 10)
    }
    await comeBack()
    await until(async () => await queue.request(['web-2']).then(() => true, () => false))
    const visits = new Set<string>()
    openWorker(host => { visits.add(host); return Promise.resolve() })
    await until(() => visits.has('web-2'))
  })

  test('a Redis that was never there is found once it comes', async () => {
    await redis.kill()
    const queue = openQueue()
    await expect(queue.request(['web-1'])).rejects.toMatchObject({ code: 'queue/unavailable' })
    await redis.start()
    await until(async () => await queue.request(['web-1']).then(() => true, () => false))
  })

  test('closing does not wait for a Redis that is away', async () => {
    const queue = createVisitQueue({ redis: redis.login, zone })
    await queue.ready()
    redis.signal('SIGSTOP')
    await soon('it is closed', queue.close(), 15)
    redis.signal('SIGCONT')
  })
})

test('hosts of a campaign are visited before two hundred that have waited longer', async () => {
  const queue = openQueue()
  const scheduled = Array.from({ length: 200 }, (_, n) => `scheduled-${n}`)
  await queue.request([...scheduled.slice(0, 100), 'burned-1', ...scheduled.slice(100)])
  await queue.request(['burned-2'])
  await queue.raise(['burned-1', 'burned-2', 'not-there'])
  const visits: string[] = []
  openWorker(host => { visits.push(host); return Promise.resolve() })
  await until(() => visits.length === 202)
  expect(visits.slice(0, 2)).toEqual(['burned-1', 'burned-2'])
  expect(new Set(visits).size).toBe(202)
})

describe('a host that Redis keeps from being visited', () => {
  test.each<[string, string[][]]>([
    ['a job that is in no list', [['HSET', 'rekey:visits-production:host-web-1', 'name', 'visit']]],
    ['a job that is none', [['SET', 'rekey:visits-production:host-web-1', 'x']]],
    ['a lock that never ends', [['HSET', 'rekey:visits-production:host-web-1', 'name', 'visit'], ['SET', 'rekey:visits-production:host-web-1:lock', 'x']]],
    ['a pause', [['HSET', 'rekey:visits-production:meta', 'paused', '1']]],
    ['a limit of none at once', [['HSET', 'rekey:visits-production:meta', 'concurrency', '0']]]
  ])('is visited once it was released: %s', async (_, commands) => {
    for (const command of commands) await redis.send(...command)
    const visits: string[] = []
    openWorker(host => { visits.push(host); return Promise.resolve() })
    const queue = openQueue()
    await queue.request(['web-1']).catch(() => {})
    await wait(1500)
    expect(visits).toEqual([])
    expect(await queue.release('web-1')).toBe(true)
    await queue.request(['web-1'])
    await until(() => visits.length === 1)
    await until(async () => await jobsLeft() === 0)
    expect(await queue.release('web-1')).toBe(false)
  })

  test('is not released while a worker is there', async () => {
    const leases: VisitLease[] = []
    openWorker(async (_, lease) => {
      leases.push(lease)
      await wait(2500)
    })
    const queue = openQueue()
    await queue.request(['web-1'])
    await until(() => leases.length === 1)
    expect(await queue.release('web-1')).toBe(false)
    await wait(lockSeconds * 1200)
    expect(leases[0] && isLost(leases[0])).toBe(false)
  })
})

describe('jobs that nobody of ours has written', () => {
  const add = async (id: string, data: string, more: string[] = []): Promise<void> => {
    const job = `rekey:visits-production:${id}`
    await redis.send('HSET', job, 'name', 'visit', 'data', data, 'opts', '{}', 'timestamp', '1', 'delay', '0', 'priority', '0', ...more)
    await redis.send('LPUSH', 'rekey:visits-production:wait', id)
    await redis.send('ZADD', 'rekey:visits-production:marker', '0', '0')
  }

  test.each<[string, string, string, string[]]>([
    ['another zone\'s', 'host-web-1', '{"zone":"backup","host":"web-1"}', []],
    ['one whose id is another host', 'host-web-2', '{"zone":"production","host":"web-1"}', []],
    ['a name that is none', 'host-..', '{"zone":"production","host":".."}', []],
    ['a list for a name', 'host-web-1', '{"zone":"production","host":["web-1"]}', []],
    ['nothing', 'host-web-1', 'null', []],
    ['no JSON', 'host-web-1', 'not json', []],
    ...[['opts', 'not json'], ['progress', 'not json'], ['parent', 'not json'], ['parent', '{"id":"1","queueKey":"rekey:visits-production"}'], ['rjk', 'tick'], ['defa', 'no']]
      .map(([field = '', value = '']): [string, string, string, string[]] => [`ours, with ${field} ${value}`, 'host-web-1', '{"zone":"production","host":"web-1"}', [field, value]])
  ])('are dropped, counted and alarmed: %s', async (_, id, data, more) => {
    const visits: string[] = []
    let dropped = 0
    const { lines } = openWorker(host => { visits.push(host); return Promise.resolve() }, () => { dropped += 1 })
    await add(id, data, more)
    await until(() => lines.some(({ event }) => event === 'alarm'))
    await openQueue().request(['web-9'])
    await until(() => visits.length > 0)
    expect(visits).toEqual(['web-9'])
    await until(async () => await jobsLeft() === 0)
    expect(await redis.send('LLEN', 'rekey:visits-production:active')).toBe(':0\r\n')
    expect(lines).toMatchObject([{ event: 'alarm', alarm: 'foreign-job' }])
    expect(dropped).toBe(1)
  })
})

describe('a visit', () => {
  test('keeps its lease for as long as it is renewed', async () => {
    let lost: boolean | undefined
    openWorker(async (_, lease) => {
      await wait(3000)
      lost = isLost(lease)
    })
    await openQueue().request(['web-1'])
    await until(() => lost !== undefined)
    expect(lost).toBe(false)
  })

  test('loses its lease while Redis is frozen, though nothing tells it', async () => {
    const leases: VisitLease[] = []
    openWorker(async (_, lease) => {
      leases.push(lease)
      await wait(2500)
    })
    await openQueue().request(['web-1'])
    await until(() => leases.length === 1)
    const [lease] = leases
    if (lease === undefined) throw new Error('no visit')
    expect(isLost(lease)).toBe(false)
    redis.signal('SIGSTOP')
    await wait(lockSeconds * 1000)
    expect(isLost(lease)).toBe(true)
    redis.signal('SIGCONT')
  })

  test('loses its lease when Redis is emptied under it, and the host can be asked for at once', async () => {
    const leases: VisitLease[] = []
    const { lines } = openWorker(async (_, lease) => {
      leases.push(lease)
      await wait(1500)
    })
    const queue = openQueue()
    await queue.request(['web-1'])
    await until(() => leases.length === 1)
    await redis.send('FLUSHALL')
    await queue.request(['web-1', 'web-2'])
    await wait(lockSeconds * 1000)
    expect(leases[0] && isLost(leases[0])).toBe(true)
    await until(async () => leases.length === 3 && await jobsLeft() === 0)
    expect(lines.filter(({ event }) => event === 'alarm')).toEqual([])
  })

  test('goes on past a restart of Redis, and the next ones come', async () => {
    const visits: string[] = []
    openWorker(async host => {
      await wait(500)
      visits.push(host)
    })
    const queue = openQueue()
    await queue.request(['web-1'])
    await wait(200)
    await redis.kill()
    await wait(500)
    await redis.start()
    await until(async () => await queue.request(['web-2']).then(() => true, () => false))
    await until(() => visits.includes('web-2'))
    expect(visits).toContain('web-1')
  })

  test('of a worker that died comes back to another one', async () => {
    await openQueue().request(['web-1'])
    // What a worker leaves that was killed in a visit, when its lock has run out: a job that is active and nobody's.
    await redis.send('LMOVE', 'rekey:visits-production:wait', 'rekey:visits-production:active', 'LEFT', 'RIGHT')
    const visits: string[] = []
    const { lines } = openWorker(host => { visits.push(host); return Promise.resolve() })
    await until(() => visits.length === 1)
    expect(lines.filter(({ event }) => event === 'alarm')).toEqual([])
  })

  test('that throws leaves no word of it in Redis, and its host can be visited again', async () => {
    let visits = 0
    const { lines } = openWorker(() => {
      visits += 1
      return visits === 1 ? Promise.reject(new Error('the password is hunter2')) : Promise.resolve()
    })
    const queue = openQueue()
    await queue.request(['web-1'])
    await until(async () => visits === 1 && await jobsLeft() === 0)
    const everything = await redis.send('EVAL', `
      local out = {}
      for _, key in ipairs(redis.call('KEYS', '*')) do table.insert(out, key .. redis.call('DUMP', key)) end
      return table.concat(out)`, '0')
    expect(everything).toContain('visits-production') // the control: there is something to look through
    expect(everything).not.toContain('hunter2')
    expect(lines).toMatchObject([{ event: 'alarm', alarm: 'visit-threw' }])
    await queue.request(['web-1'])
    await until(() => visits === 2)
  })

  test('that runs is waited for when the worker closes', async () => {
    let [begun, ended] = [false, false]
    const { close } = openWorker(async () => {
      begun = true
      await wait(800)
      ended = true
    })
    await openQueue().request(['web-1'])
    await until(() => begun)
    expect(ended).toBe(false)
    await close()
    expect(ended).toBe(true)
  })

  test('nor does a Redis that is away keep the worker from closing', async () => {
    const { close } = openWorker(() => Promise.resolve())
    await wait(300)
    redis.signal('SIGSTOP')
    await soon('it is closed', close(), 15)
    redis.signal('SIGCONT')
  })
})
