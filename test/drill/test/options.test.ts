import { expect, test } from '@jest/globals'
import { parseOptions } from '../src/options.ts'
import { spread } from '../src/trouble.ts'

test('a drill without options is a small one, and help is no drill', () => {
  expect(parseOptions([])).toEqual({ hosts: 40, misbehaving: 0, kill: false, attempts: 16, patience: 20, json: false })
  expect(parseOptions(['--help'])).toBeUndefined()
})

test.each([
  [['--hosts', '3'], '--hosts 3: give a whole number from 4 to 240'],
  [['--misbehaving', '61'], '--misbehaving 61: give a whole number from 0 to 60'],
  [['--attempts', 'many'], '--attempts many: give a whole number from 1 to 100'],
  [['--hots', '12'], 'Unknown option \'--hots\''],
  [['200'], 'Unexpected argument \'200\'']
])('%j is refused by a sentence that names it', (args, message) => {
  expect(() => parseOptions(args)).toThrow(message)
})

test('as many hosts misbehave as were asked for, in all four ways, and not all in one place', () => {
  const found = spread(200, 30)
  expect(found.filter((trouble) => trouble !== undefined)).toHaveLength(60)
  expect(new Set(found)).toEqual(new Set([undefined, 'off line', 'frozen', 'slow', 'breaks off']))
  expect(found.slice(0, 100).filter((trouble) => trouble !== undefined)).toHaveLength(30)
  expect(spread(12, 0).every((trouble) => trouble === undefined)).toBe(true)
})
