import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { DrillResult } from '../src/result.ts'

/*
 * The game day as a person runs it. What it comes to is measured by an attacker's logins, and by logins with what stands in Vault.
 */

const entry = join(import.meta.dirname, '..', 'dist', 'main.js')

async function drill (...args: string[]): Promise<{ code: number, out: string, err: string }> {
  return await new Promise((resolve) => {
    const child = execFile(process.execPath, [entry, ...args], { maxBuffer: 2 ** 22 }, (_error, out, err) => { resolve({ code: child.exitCode ?? -1, out, err }) })
  })
}

function resultOf ({ code, out, err }: { code: number, out: string, err: string }): DrillResult {
  if (code !== 0) throw new Error(`the drill ended with ${code}: ${err}${out}`)
  return JSON.parse(out.trim().split('\n').at(-1) ?? '') as DrillResult
}

/** Nobody was locked out, and the keys that were stolen open nothing. */
const asPromised = { stillOpen: 0, reopened: [], lockedOut: [], held: [] }

test('asked for something that it can\'t do, it says what and how it is used', async () => {
  const { code, out, err } = await drill('--hosts', 'many')
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(/^drill: --hosts many: give a whole number from 4 to 240\nusage: npm run drill -- /)
  expect((await drill('--help')).out).toMatch(/^npm run drill -- /)
})

test('of twelve hosts a third misbehaves, and everything is killed in the middle: nobody is locked out, and each host is proven', async () => {
  const result = resultOf(await drill('--hosts', '12', '--misbehaving', '34', '--kill', '--patience', '3', '--attempts', '25', '--json'))
  expect(result).toMatchObject({ ...asPromised, hosts: 12, opens: 12, misbehaving: 4 })
  expect(result.struck).toHaveLength(5)
  expect(Object.values(result.debts).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0)
  expect(result.looks).toBeGreaterThan(result.hosts)
}, 180_000)

/** Several minutes: `npm run test:full`. */
const full = process.env['REKEY_FULL'] === '1' ? describe : describe.skip

full('two hundred hosts', () => {
  test.each([[[]], [['--misbehaving', '30', '--kill']]])('drill %j: nobody is locked out, and each host is proven', async (args) => {
    const result = resultOf(await drill('--hosts', '200', '--json', ...args))
    expect(result).toMatchObject({ ...asPromised, hosts: 200, opens: 200 })
  }, 1_500_000)
})
