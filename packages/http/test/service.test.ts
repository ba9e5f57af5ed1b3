import { Writable } from 'node:stream'
import { expect, test } from '@jest/globals'
import { createLogger } from '../src/service.ts'

function lines (level: string | undefined, write: (log: ReturnType<typeof createLogger>) => void): unknown[] {
  const written: string[] = []
  write(createLogger('worker-production', level, new Writable({ write (chunk: Buffer, _encoding, done) { written.push(chunk.toString()); done() } })))
  return written.map(line => JSON.parse(line) as unknown)
}

test('a line says whose it is, when and how bad in words', () => {
  expect(lines(undefined, log => log.child({ host: 'web-1' }).warn({ event: 'setback' }, 'says'))).toEqual([
    { level: 'warn', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/), service: 'worker-production', host: 'web-1', event: 'setback', msg: 'says' }
  ])
})

test('no field that is named as a secret shows what it holds, nor does one of a child', () => {
  expect(JSON.stringify(lines(undefined, log => log.child({ login: { token: 'planted' } }).info({ password: 'planted', of: { it: { privateKey: 'planted' } } })))).toMatch(/^(?!.*planted).*"\[secret\]"/)
})

test.each([['debug', 2], ['error', 0], ['loud', 1], [undefined, 1]] as const)('at the level %s it has %i of a debug line and an info line', (level, count) => {
  expect(lines(level, log => { log.debug('one'); log.info('two') })).toHaveLength(count)
})
