import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const docs = (name: string): string => readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8')

test('the tour types every command that there is: after a new one, npm run tour', () => {
  const commands = [...docs('cli').matchAll(/^## rekey ([a-z]+)$/gm)].map(([, name]) => name)
  const typed = new Set([...docs('tour').matchAll(/^\$ rekey ([a-z]+)/gm)].map(([, name]) => name))
  expect(commands.length).toBeGreaterThan(10)
  expect(commands.filter(name => !typed.has(name ?? ''))).toEqual([])
})

test('nothing in the tour failed but the login with the dead key', () => {
  const text = docs('tour')
  expect(text.match(/Permission denied/g)).toHaveLength(1)
  expect(text).not.toMatch(/^rekey: .*\[[a-z]+\/[a-z-]+\]$/m)
})
