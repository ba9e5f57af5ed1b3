import { createHmac } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { appendFile, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer as createHttp, type Server } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAuditTrail, Feed, readSinks } from '@rekey/audit'
import type { ClosableAuditTrail } from '@rekey/audit'

let dir: string
let trail: ClosableAuditTrail
let feed: Feed | undefined
const alarms: string[] = []
const secret = 'a secret of the tests, long enough'

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rekey-sinks-'))
  trail = await open()
  alarms.length = 0
})
afterEach(async () => {
  await feed?.close()
  feed = undefined
  await trail.close()
  await rm(dir, { recursive: true, force: true })
})

const open = async (): Promise<ClosableAuditTrail> => await createAuditTrail({ dir, service: 'worker-test', mostEntries: 20 })
const positionFile = (): string => join(dir, 'sinks', 'hook.json')

async function start (sink: object): Promise<Feed> {
  const file = join(dir, 'sinks-file.json')
  await writeFile(join(dir, 'secret'), secret)
  await writeFile(file, JSON.stringify({ sinks: [sink] }))
  const [one] = readSinks(file)
  if (one === undefined) throw new Error('no sink')
  feed = new Feed({ trail, sink: one, positionFile: positionFile(), pauseMs: 10, mostPauseMs: 40, onAlarm: (message) => { alarms.push(message) } })
  return feed
}

async function record (...targets: string[]): Promise<void> {
  for (const target of targets) await trail.record({ act: 'push', target })
}

async function until (holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const begun = performance.now(); !await holds();) {
    if (performance.now() - begun > 5000) throw new Error('it did not happen')
    await sleep(5)
  }
}

const names = (from: number, count: number): string[] => Array.from({ length: count }, (_, index) => `t${from + index}`)

describe('a webhook', () => {
  interface Delivery { readonly id: string, readonly isSigned: boolean, readonly targets: string[] }
  let server: Server
  let deliveries: Delivery[]
  /** What it answers; 0: it drops the connection after it has everything. */
  let answers: number

  beforeEach(async () => {
    deliveries = []
    answers = 200
    server = createHttp((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => { body += text }).on('end', () => {
        const [, time = '', signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request.headers['x-rekey-signature'])) ?? []
        deliveries.push({
          id: String(request.headers['x-rekey-delivery']),
          isSigned: createHmac('sha256', secret).update(`${time}.${body}`).digest('hex') === signature,
          targets: (JSON.parse(body) as { entries: Array<{ target: string }> }).entries.map(({ target }) => target)
        })
        if (answers === 0) request.socket.destroy()
        else response.writeHead(answers, answers === 302 ? { location: '/elsewhere' } : {}).end()
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => { server.closeAllConnections(); server.close() })

  const hook = (): object => ({ name: 'hook', kind: 'webhook', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`, secretFile: join(dir, 'secret') })
  /** Every entry that arrived, without those that came twice. */
  const arrived = (): string[] => [...new Set(deliveries.flatMap(({ targets }) => targets).filter((target) => target !== 'journal'))]

  test('gets all that is recorded from then on, in its order and signed, over journals that end', async () => {
    await record('before')
    await start(hook())
    await record(...names(0, 50))
    await until(() => arrived().length === 50)
    expect(arrived()).toEqual(names(0, 50))
    expect(deliveries.every(({ isSigned }) => isSigned)).toBe(true)
    expect(deliveries[0]?.id).toMatch(/^worker-test-[0-9a-f]{12}\/3-\d+$/)
    expect(alarms).toEqual([])
  })

  test.each([[500], [302], [0]])('that answers %s gets it again until it takes it, with the same id, and that is alarmed once', async (answer) => {
    answers = answer
    await start(hook())
    await record('a', 'b')
    await until(() => deliveries.length > 3)
    expect(new Set(deliveries.slice(1).map(({ id }) => id)).size).toBeLessThanOrEqual(2)
    answers = 200
    await record('c')
    await until(() => arrived().includes('c'))
    expect(arrived()).toEqual(['a', 'b', 'c'])
    expect(alarms).toHaveLength(1)
  })

  test('that is behind tells by how many entries, over journals that end and a new start of its process', async () => {
    answers = 500
    const first = await start(hook())
    await until(async () => await first.undelivered() === 0)
    await record(...names(0, 30))
    // The journal that begins after twenty entries says so in one of its own.
    expect(await first.undelivered()).toBe(31)
    await first.close()
    const second = await start(hook())
    await until(async () => await second.undelivered() === 31)
    answers = 200
    await until(async () => await second.undelivered() === 0)
    expect(arrived()).toEqual(names(0, 30))
  })

  test('misses nothing of what was recorded while its process was down, or it was away, over a crash', async () => {
    const first = await start(hook())
    await record('a')
    await until(() => arrived().includes('a'))
    answers = 500
    await record(...names(0, 30))
    await first.close()
    await trail.close()
    trail = await open()
    await record('late')
    answers = 200
    await start(hook())
    await until(() => arrived().includes('late'))
    expect(arrived()).toEqual(['a', ...names(0, 30), 'late'])
  })
})

describe('a file', () => {
  const path = (): string => join(dir, 'copy.jsonl')
  const lines = async (file = path()): Promise<string[]> => (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(0, -1)
  const targetsIn = (text: readonly string[]): unknown[] => text.map((line) => (JSON.parse(line) as { target: string }).target)
  const copied = async (count: number): Promise<void> => { await until(async () => (await lines()).length === count) }

  test('gets each entry as a line with its journal, readable by its process alone, and a new file when somebody has moved it away', async () => {
    await start({ name: 'copy', kind: 'file', path: path() })
    await record('a', 'b')
    await copied(2)
    await rename(path(), join(dir, 'copy.1'))
    await record('c')
    await copied(1)
    expect([targetsIn(await lines(join(dir, 'copy.1'))), targetsIn(await lines())]).toEqual([['a', 'b'], ['c']])
    expect(JSON.parse((await lines())[0] ?? '')).toMatchObject({ journal: trail.head().journal, n: 4, act: 'push', prev: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown })
    expect((await stat(path())).mode & 0o777).toBe(0o600)
  })

  test('that can\'t be written is alarmed once, and gets all of it afterwards, behind whatever was torn', async () => {
    const away = join(dir, 'not-mounted')
    await start({ name: 'copy', kind: 'file', path: join(away, 'copy.jsonl') })
    await record('a', 'b')
    await until(() => alarms.length === 1)
    await mkdir(away)
    await appendFile(join(away, 'copy.jsonl'), '{"torn":')
    await until(async () => (await lines(join(away, 'copy.jsonl'))).length === 3)
    const [torn, ...rest] = await lines(join(away, 'copy.jsonl'))
    expect([torn, targetsIn(rest)]).toEqual(['{"torn":', ['a', 'b']])
    expect(alarms).toEqual([expect.stringContaining('(ENOENT)')])
  })
})

/** What RFC 5424 says of a message's head: priority and version, time, host, program, process, id, no structured data. */
const head = /^<109>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S{1,255} rekey-worker-test \d+ push - (\{.*\})$/

describe.each(['tcp', 'unix'])('syslog over %s', (transport) => {
  test('gets each entry as a framed message', async () => {
    let text = ''
    const server = createServer((socket) => { socket.setEncoding('utf8').on('data', (data: string) => { text += data }).on('error', () => {}) })
    const listen = async (): Promise<void> => { server.listen(transport === 'unix' ? { path: join(dir, 'log') } : { port, host: '127.0.0.1' }); await once(server, 'listening') }
    let port = 0
    await listen()
    if (transport === 'tcp') port = (server.address() as AddressInfo).port
    await start({ name: 'log', kind: 'syslog', transport, ...transport === 'unix' ? { path: join(dir, 'log') } : { host: '127.0.0.1', port } })
    await record('a', 'b ü')
    await until(() => text.includes('b ü'))
    const messages: string[] = []
    for (let rest = Buffer.from(text); rest.length > 0;) {
      const [, length = ''] = /^(\d+) /.exec(rest.toString('latin1')) ?? []
      const from = length.length + 1
      messages.push(rest.subarray(from, from + Number(length)).toString('utf8'))
      rest = rest.subarray(from + Number(length))
    }
    expect(messages.map((message) => (JSON.parse(head.exec(message)?.[1] ?? '{}') as { target: string }).target)).toEqual(['a', 'b ü'])
    expect(alarms).toEqual([])
    server.close()
  })
})

test('syslog over UDP gets each entry as a datagram', async () => {
  const messages: string[] = []
  const socket = createSocket('udp4').on('message', (data) => { messages.push(data.toString('utf8')) })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  await start({ name: 'log', kind: 'syslog', transport: 'udp', host: '127.0.0.1', port: socket.address().port })
  await record('a', 'b')
  await until(() => messages.length === 2)
  expect(messages.every((message) => head.test(message))).toBe(true)
  socket.close()
})

test.each([
  ['a file that lies wherever the process stands', [{ name: 'a', kind: 'file', path: 'copy.jsonl' }]],
  ['an unknown kind', [{ name: 'a', kind: 'pigeon' }]],
  ['a webhook in the clear', [{ name: 'a', kind: 'webhook', url: 'http://example.org/', secretFile: 'secret' }]],
  ['the same name twice', [1, 2].map((port) => ({ name: 'a', kind: 'syslog', transport: 'udp', host: '127.0.0.1', port }))]
])('a file of sinks with %s is refused', async (_what, sinks) => {
  await writeFile(join(dir, 'file'), JSON.stringify({ sinks }))
  expect(() => readSinks(join(dir, 'file'))).toThrow(expect.objectContaining({ code: 'config/invalid' }) as Error)
})

test('a webhook\'s short secret is refused', async () => {
  await writeFile(join(dir, 'secret'), 'short')
  await writeFile(join(dir, 'file'), JSON.stringify({ sinks: [{ name: 'a', kind: 'webhook', url: 'https://example.org/', secretFile: join(dir, 'secret') }] }))
  expect(() => readSinks(join(dir, 'file'))).toThrow('shorter than 32 characters')
})
