import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from '@jest/globals'
import { choosePorts, listener, assertFree } from '../src/ports.ts'
import { bootId, isAlive, startTime } from '../src/processes.ts'

test('a process is known by its start and its boot too, as its pid may be another one\'s tomorrow', async () => {
  const child = spawn('sleep', ['60'])
  await once(child, 'spawn')
  const record = { name: 'x', service: 'x', pid: child.pid ?? 0, startedAt: startTime(child.pid ?? 0) ?? 0, boot: bootId(), uid: 0, logFile: '' }
  expect(isAlive(record)).toBe(true)
  expect(isAlive({ ...record, startedAt: record.startedAt - 1 })).toBe(false)
  expect(isAlive({ ...record, boot: 'another boot' })).toBe(false)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(isAlive(record)).toBe(false)
})

test('a port that is taken is refused with what it was for and the program that has it', async () => {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  try {
    const refusal: unknown = await assertFree('Redis', port, '--port-redis').catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'stack/failed' })
    expect(String(refusal)).toMatch(new RegExp(`port ${port}, meant for Redis, is taken by .+\\(pid ${process.pid}\\).*--port-redis$`))
    expect(listener(port)).toContain(`pid ${process.pid}`)
  } finally {
    server.close()
  }
})

test('free ports lie below those of outgoing connections, and ports asked for are kept', async () => {
  const ports = await choosePorts({ redis: 16_379 })
  expect(ports.redis).toBe(16_379)
  const free = [ports.vault, ports.vaultCluster, ports.api]
  for (const port of free) expect(port).toBeLessThan(32_768)
  expect(new Set(free).size).toBe(3)
})
