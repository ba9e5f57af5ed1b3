import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { DialPolicy, Secret, type WebhookEvent } from '@rekey/domain'
import { createMessenger } from '../src/index.ts'

const secret = 'a secret of thirty-two characters'
const event: WebhookEvent = { id: 'e1', type: 'rotated', at: '2026-03-01T12:00:00.000Z', credential: 'production/web-1/app/ssh-key', fingerprint: 'SHA256:new', epoch: 2 }

let server: Server
let port: number
let answer: (response: ServerResponse) => void
let seen: Array<{ headers: IncomingHttpHeaders, url: string | undefined, body: string }>

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => { body += String(chunk) }).on('end', () => {
      seen.push({ headers: request.headers, url: request.url, body })
      answer(response)
    })
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  port = (server.address() as AddressInfo).port
})
afterAll(() => { server.closeAllConnections(); server.close() })
beforeEach(() => { seen = []; answer = response => { response.writeHead(204).end() } })

const send = async (url = `http://127.0.0.1:${port}/hook`, networks = ['127.0.0.0/8']) => {
  await createMessenger({ dialPolicy: new DialPolicy(networks), now: () => new Date('2026-03-01T12:00:01.500Z'), timeoutMs: 500 })
    .send({ name: 'inventory', url, secret: Secret.of(secret), events: ['rotated'], acknowledges: false, since: event.at }, event)
}

test('an event arrives as JSON, signed over its time and body', async () => {
  await send()
  const [{ headers, url, body } = { headers: {}, url: '', body: '' }] = seen
  expect([url, headers['content-type'], headers['x-rekey-event'], JSON.parse(body)]).toEqual(['/hook', 'application/json', 'e1', event])
  expect(headers['x-rekey-signature']).toBe(`t=1772366401,v1=${createHmac('sha256', secret).update(`1772366401.${body}`).digest('hex')}`)
})

test.each<[string, (response: ServerResponse) => void, RegExp]>([
  ['an error', response => { response.writeHead(500).end() }, /answered 500/],
  ['a redirect, which is not followed', response => { response.writeHead(307, { location: `http://127.0.0.1:${port}/elsewhere` }).end() }, /answered 307/],
  ['nothing', () => {}, /no answer within 500 ms/],
  ['the end of the connection', response => { response.destroy() }, /no answer \(ECONNRESET\)/],
  ['what is no HTTP', response => { response.socket?.end('hello\r\n\r\n') }, /no answer/]
])('%s is a failure', async (_what, reply, says) => {
  answer = reply
  await expect(send()).rejects.toMatchObject({ code: 'webhook/failed', message: expect.stringMatching(says) as unknown })
  expect(seen.map(({ url }) => url)).toEqual(['/hook'])
})

test('an endless answer is not read', async () => {
  answer = response => { response.writeHead(200); const more = () => { while (response.write('x'.repeat(65_536))); }; response.on('drain', more).on('error', () => {}); more() }
  await send()
})

test.each([
  ['an address outside the networks', 'http://127.0.0.1:PORT/', ['10.0.0.0/8'], /outside the networks/],
  ['a name that stands for one', 'https://localhost:PORT/', ['10.0.0.0/8'], /outside the networks/],
  ['the metadata service, whatever is allowed', 'https://169.254.169.254/', ['0.0.0.0/0'], /outside the networks/],
  ['an address in IPv6 that carries one in IPv4', 'https://[::ffff:169.254.169.254]/', ['0.0.0.0/0', '::/0'], /outside the networks/],
  ['a number that stands for an address', 'https://2130706433:PORT/', ['10.0.0.0/8'], /outside the networks/],
  ['plain HTTP to elsewhere', 'http://10.1.2.3/', ['10.0.0.0/8'], /https:\/\//],
  ['plain HTTP to a name', 'http://localhost:PORT/', ['127.0.0.0/8'], /https:\/\//],
  ['a password in the address', 'https://a:b@127.0.0.1:PORT/', ['127.0.0.0/8'], /https:\/\//],
  ['no address', 'nonsense', ['127.0.0.0/8'], /https:\/\//]
])('%s is not dialled', async (_what, url, networks, says) => {
  await expect(send(url.replace('PORT', String(port)), networks)).rejects.toMatchObject({ code: 'webhook/failed', message: expect.stringMatching(says) as unknown })
  expect(seen).toEqual([])
})
