import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { startTracing } from '@rekey/tracing'

const off = { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' } as const
const on = { ...off, OTEL_TRACES_EXPORTER: 'otlp' } as const
const quiet = { service: 'test', log: { info () {}, warn () {} } }

test('there is nothing where nobody has switched it on, though there is a collector', async () => {
  expect(await startTracing(off, quiet)).toBeUndefined()
})

test.each([
  [{ ...on, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://' }, 'OTEL_EXPORTER_OTLP_ENDPOINT: write it as'],
  [{ ...on, OTEL_EXPORTER_OTLP_CERTIFICATE: '/nowhere' }, 'OTEL_EXPORTER_OTLP_CERTIFICATE names a file']
])('says what is wrong with %j', async (settings, says) => {
  await expect(startTracing(settings, quiet)).rejects.toMatchObject({ code: 'config/invalid', message: expect.stringContaining(says) as unknown })
})

test('more spans than a silent collector takes are dropped, and the end waits for it three seconds', async () => {
  let spans = 0
  const silent: ServerResponse[] = []
  const server = createServer((request, response) => {
    silent.push(response)
    text(request).then((body) => { spans += body.split('"spanId"').length - 1 }, () => {})
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const tracing = await startTracing({ ...on, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, quiet)
  for (let n = 0; n < 10_000; n += 1) tracing?.begin('work').end('host/refused')
  await tracing?.close()
  for (const response of silent) response.end('{}')
  await once(server.close(), 'close')
  // 512 are on their way when 2048 more may wait.
  expect(spans).toBe(2560)
})
