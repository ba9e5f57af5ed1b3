import { Counter, Registry, serveMetrics } from '@rekey/metrics'
import type { MetricsServer } from '@rekey/metrics'

let server: MetricsServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

const quiet = { registry: new Registry(), trouble: () => undefined }

test.each(['', '127.0.0.1', '9464', '127.0.0.1:', '127.0.0.1:99999', 'http://127.0.0.1:9464', '::1:9464', '127.0.0.1:9464/metrics'])('says how to write the place where it listens for %j', async (listen) => {
  await expect(serveMetrics({ ...quiet, listen })).rejects.toMatchObject({ code: 'config/invalid', message: expect.stringContaining('REKEY_METRICS_LISTEN: write it as 127.0.0.1:9464') as unknown })
})

test('says that a port is taken, and takes IPv6', async () => {
  server = await serveMetrics({ ...quiet, listen: '[::1]:0' })
  await expect(serveMetrics({ ...quiet, listen: `[::1]:${server.port}` })).rejects.toMatchObject({ code: 'config/invalid', message: expect.stringContaining('is the port free') as unknown })
})

test('tells its numbers, that it lives, and what keeps it from being ready', async () => {
  const registry = new Registry()
  new Counter({ name: 'rekey_acts_total', help: 'Acts', registers: [registry] }).inc(3)
  const now: { trouble?: string, remark?: string } = {}
  server = await serveMetrics({ registry, trouble: () => now.trouble, remark: () => now.remark, listen: '127.0.0.1:0' })
  const ask = async (path: string, method = 'GET'): Promise<[number, string]> => {
    const answer = await fetch(`http://127.0.0.1:${server?.port ?? 0}${path}`, { method })
    return [answer.status, await answer.text()]
  }
  expect(await ask('/metrics')).toEqual([200, expect.stringContaining('rekey_acts_total 3')])
  expect(await ask('/health/ready')).toEqual([200, 'ready\n'])
  now.remark = '2 secrets are overdue'
  expect(await ask('/health/ready')).toEqual([200, 'ready; 2 secrets are overdue\n'])
  now.trouble = 'Vault is away'
  expect([await ask('/health/ready'), await ask('/health/live')]).toEqual([[503, 'Vault is away\n'], [200, 'live\n']])
  expect(await ask('/health/live', 'HEAD')).toEqual([200, ''])
  expect(await ask('/metrics', 'DELETE')).toEqual([405, expect.any(String)])
})
