import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { connect, createServer, type ConnectionOptions, type SecureVersion, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startStack, stateRoot } from '@rekey/local'
import type { Stack } from '@rekey/local'
import { layout } from '../../deploy/local/src/layout.ts'

/*
 * What the API and a broker do with what comes over the wire, byte by byte, as they run: both are made of packages/http, and each is tried by itself, as
 * either could be given other settings.
 */

const dir = join(stateRoot, `test-wire-${process.pid}`)
let stack: Stack
let ca: string
let slow: Promise<Record<string, Raw>>

interface Raw {
  /** Of each answer that came, the status. */
  readonly statuses: number[]
  readonly text: string
  readonly milliseconds: number
}

const servers = ['API', 'broker'] as const
type Server = typeof servers[number]

function urlOf (server: Server): URL {
  return new URL(server === 'API' ? stack.api.url : stack.zones[0]?.broker.url ?? '')
}

async function open (server: Server, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const { hostname, port } = urlOf(server)
  const socket = connect({ host: hostname, port: Number(port), ca, ...options })
  await once(socket, 'secureConnect')
  return socket
}

/** Sends bytes and waits until the server closes. @param every milliseconds: a further byte each time, as a slow client sends it */
async function raw (server: Server, bytes: string, every?: number): Promise<Raw> {
  const socket = await open(server)
  const begun = performance.now()
  let text = ''
  socket.on('data', (data: Buffer) => { text += data.toString('latin1') })
  // Whoever is cut off in the middle of a body may see a reset after the answer.
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => { socket.once('close', () => { resolve() }) })
  socket.write(bytes, 'latin1')
  const drip = every === undefined ? undefined : setInterval(() => { if (socket.writable) socket.write('x') }, every)
  await closed
  clearInterval(drip)
  return { statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)), text, milliseconds: performance.now() - begun }
}

const post = (server: Server): string => `POST ${server === 'API' ? '/v1/orders' : '/v1/leases'} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${server === 'API' ? token : 'x'}\r\nContent-Type: application/json\r\n`
let token: string

beforeAll(async () => {
  stack = await startStack({ dir, services: false, zones: [{ name: 'production', allowedNetworks: ['10.0.0.0/8'] }] })
  await Promise.all(['api', 'broker-production'].map(async (name) => { await stack.startService(name) }))
  ca = await readFile(stack.caFile, 'utf8')
  token = (await readFile(stack.api.tokenFile, 'utf8')).trim()
  // They take their time, so the other tests run meanwhile.
  slow = Promise.all(servers.flatMap((server) => [
    ['headers', raw(server, 'GET /health/live HTTP/1.1\r\nHost: a\r\nX-Slow: ', 500)] as const,
    ['body', raw(server, `${post(server)}Content-Length: 60000\r\n\r\n`, 500)] as const
  ].map(async ([what, answer]) => [`${server} ${what}`, await answer] as const))).then((all) => Object.fromEntries(all))
})

afterAll(async () => {
  await stack.stop()
  await rm(dir, { recursive: true, force: true })
})

/** What a request tries to bring in behind it. */
const hidden = 'GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
const chunked = `0\r\n\r\n${hidden}`

describe.each(servers)('the %s', (server) => {
  test.each<SecureVersion>(['TLSv1', 'TLSv1.1'])('refuses %s', async (version) => {
    await expect(open(server, old(version))).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' })
  })

  test.each<SecureVersion>(['TLSv1.2', 'TLSv1.3'])('takes %s', async (version) => {
    const socket = await open(server, { minVersion: version, maxVersion: version })
    expect(socket.getProtocol()).toBe(version)
    socket.destroy()
  })

  test.each([
    ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n', chunked],
    ['chunks and a length', 'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n', chunked],
    ['two lengths', `Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n`, hidden],
    ['the same length twice', 'Content-Length: 0\r\nContent-Length: 0\r\n\r\n', hidden],
    ['two lengths in one header', `Content-Length: 0, ${hidden.length}\r\n\r\n`, hidden],
    ['a length with a sign', 'Content-Length: +0\r\n\r\n', hidden],
    ['a length in hexadecimal', 'Content-Length: 0x0\r\n\r\n', hidden],
    ['a space before the colon', 'Content-Length : 0\r\n\r\n', hidden],
    ['a coding that is none', 'Transfer-Encoding: xchunked\r\n\r\n', chunked],
    ['chunks that are not the last coding', 'Transfer-Encoding: chunked, identity\r\n\r\n', chunked],
    ['a header on two lines', 'X-Folded: a\r\n Transfer-Encoding: chunked\r\n\r\n', hidden],
    ['lines that end with LF alone', 'Content-Length: 0\n\n', hidden],
    ['a line that ends with CR alone', 'X-A: b\rContent-Length: 0\r\n\r\n', hidden],
    ['a NUL in a header', 'X-A: b\0c\r\nContent-Length: 0\r\n\r\n', hidden],
    ['a chunk whose length is none', 'Transfer-Encoding: chunked\r\n\r\n', `0x0\r\n\r\n${hidden}`],
    ['a chunk that is longer than it says', 'Transfer-Encoding: chunked\r\n\r\n', `1\r\n{}\r\n${chunked}`]
  ])('refuses %s and what comes behind it, and closes', async (_what, headers, behind) => {
    const { statuses, text } = await raw(server, `${post(server)}${headers}${behind}`)
    expect(statuses).toEqual([400])
    expect(text).toMatch(/^connection: close\r$/m)
    expect(text).not.toContain('"live"')
  })

  test('refuses headers over 8 KiB, and bodies over 64 KiB whether their length is told or not', async () => {
    // No more is sent than is read before the refusal: what is left unread would reset the connection, and the answer with it.
    const body = 'x'.repeat(66_000)
    const answers = await Promise.all([
      raw(server, `GET /health/live HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(9000)}\r\n\r\n`),
      raw(server, `${post(server)}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n`),
      raw(server, `${post(server)}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}`)
    ])
    expect(answers.map(({ statuses }) => statuses)).toEqual([[431], [413], [413]])
  })

  test('lets who sends too much end, as he would not see the answer else, and reads no more than a mebibyte for that', async () => {
    const next = 'GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
    const much = 'x'.repeat(700_000)
    expect((await raw(server, `${post(server)}Content-Length: ${much.length}\r\n\r\n${much}${next}`)).statuses).toEqual([413, 200])
    const { statuses, text } = await raw(server, `${post(server)}Content-Length: 2000000\r\n\r\n`)
    expect(statuses).toEqual([413])
    expect(text).toMatch(/^connection: close\r$/m)
  })

  test('lets no page of a browser ask, and nobody keep an answer', async () => {
    const origin = 'Host: a\r\nOrigin: https://evil.example\r\nConnection: close\r\n'
    const answers = await Promise.all([
      raw(server, `GET /health/live HTTP/1.1\r\n${origin}\r\n`),
      raw(server, `OPTIONS ${server === 'API' ? '/v1/orders' : '/v1/leases'} HTTP/1.1\r\n${origin}Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization\r\n\r\n`),
      raw(server, `${post(server)}Origin: https://evil.example\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`),
      raw(server, `GET /nowhere HTTP/1.1\r\n${origin}\r\n`)
    ])
    expect(answers.map(({ statuses: [status = 0] }) => status)).toEqual([200, server === 'API' ? 401 : 405, 400, 404])
    for (const { text } of answers) {
      expect(text).not.toMatch(/^access-control-/mi)
      for (const header of ['cache-control: no-store', "content-security-policy: default-src 'none'; frame-ancestors 'none'", 'cross-origin-resource-policy: same-origin', 'referrer-policy: no-referrer', 'strict-transport-security: max-age=31536000', 'x-content-type-options: nosniff']) expect(text).toContain(`${header}\r\n`)
    }
  })

  test.each(['headers', 'body'])('cuts off whoever sends his %s a byte at a time', async (what) => {
    const { statuses, milliseconds } = (await slow)[`${server} ${what}`] ?? { statuses: [], milliseconds: 0 }
    expect(statuses).toEqual([408])
    expect(milliseconds).toBeGreaterThan(8000)
  })
})

test('and a server that does take TLS 1.1 is told from them', async () => {
  const paths = layout(dir)
  const lax = createServer({ cert: await readFile(paths.certificate('api')), key: await readFile(paths.certificateKey('api')), minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }, (socket) => { socket.on('error', () => {}).end() })
  lax.listen(0, '127.0.0.1')
  await once(lax, 'listening')
  const socket = connect({ host: '127.0.0.1', port: (lax.address() as AddressInfo).port, ca, ...old('TLSv1.1') })
  await once(socket, 'secureConnect')
  expect(socket.getProtocol()).toBe('TLSv1.1')
  socket.destroy()
  lax.close()
})

/** A client that would speak that version and no other. */
function old (version: SecureVersion): ConnectionOptions {
  return { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }
}
