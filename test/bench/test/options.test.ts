import { parseOptions } from '@rekey/bench'

test('without options the bench measures fifty hosts, sixteen at once, in three rounds', () => {
  expect(parseOptions([])).toEqual({ hosts: 50, concurrency: 16, rounds: 3, json: false, memory: true, passwords: true, profile: false })
})

test('every option is taken', () => {
  expect(parseOptions(['--hosts', '200', '--concurrency=8', '--rounds', '5', '--json', '--no-memory', '--no-passwords', '--profile']))
    .toEqual({ hosts: 200, concurrency: 8, rounds: 5, json: true, memory: false, passwords: false, profile: true })
  expect(parseOptions(['--scan', '10000']).scan).toBe(10_000)
})

test.each([
  [['--hosts', '0'], '--hosts 0'],
  [['--hosts', '201'], 'from 1 to 200'],
  [['--hosts', 'fifty'], '--hosts fifty'],
  [['--hosts', '5.5'], '--hosts 5.5'],
  [['--hosts', '0x10'], '--hosts 0x10'],
  [['--hosts', ''], '--hosts '],
  [['--hosts'], '--hosts'],
  [['--hosts=-5'], '--hosts -5'],
  [['--concurrency', '65'], 'from 1 to 64'],
  [['--rounds', '2'], 'from 3 to 20'],
  [['--scan', '10001'], 'from 1 to 10000'],
  [['--host', '5'], '--host'],
  [['fifty'], 'fifty']
])('%j is refused with what is wrong', (args, said) => {
  expect(() => parseOptions(args)).toThrow(expect.objectContaining({ code: 'input/invalid', message: expect.stringContaining(said) as string }) as Error)
})
