import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import type { Command } from 'commander'
import { buildProgram } from '../src/program.ts'
import { processSession } from '../src/process-session.ts'

const root = new URL('../../../', import.meta.url)
const pages = ['README.md', 'SECURITY.md', ...readdirSync(new URL('docs/', root)).filter(name => name.endsWith('.md')).map(name => `docs/${name}`)]
const program = buildProgram(processSession(), () => {})

/** What a page shows of `rekey` as code: in a block, line by line, or within a sentence. */
function shownOn (page: string): string[] {
  const text = readFileSync(new URL(page, root), 'utf8')
  const blocks = [...text.matchAll(/^```.*\n([^]*?)^```/gm)].flatMap(([, block = '']) => block.replaceAll('\\\n', ' ').split('\n'))
  const spans = [...text.replaceAll(/^```[^]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span)
  return [...blocks, ...spans].flatMap(line => /^(?:\$ )?(?:npx )?rekey ([a-z].*)$/.exec(line.trim())?.[1]?.split(/ (?:#|&&|\|\||\||<|>|--|2>) ?/)[0] ?? [])
}

/** Words that no command or option has. */
function unknownIn (line: string): string[] {
  const words = line.split(/\s+/)
  let command: Command = program
  while (words.length > 0) {
    const next = command.commands.find(one => one.name() === words[0] || one.aliases().includes(words[0] ?? ''))
    if (next === undefined) break
    command = next
    words.shift()
  }
  const isGroup = command.commands.length > 0 && command.registeredArguments.length === 0
  const stray = isGroup && /^[a-z]/.test(words[0] ?? '') ? [words[0] ?? ''] : []
  const options = words.flatMap(word => /^--[a-z][a-z-]*/.exec(word) ?? [])
  return [...stray, ...options.filter(option => option !== '--help' && ![command, ...command.parent === null ? [] : [command.parent]].some(one => one.options.some(({ long }) => long === option)))]
}

test.each(pages)('every command of rekey that %s shows is one, with the options that it has', (page) => {
  expect(shownOn(page).flatMap(line => unknownIn(line).map(word => `rekey ${line}: ${word}`))).toEqual([])
})

test('a command that is none is found, and an option that it has not', () => {
  expect(unknownIn('campaign begin production')).toEqual(['begin'])
  expect(unknownIn('approve production/7 --sure')).toEqual(['--sure'])
  expect(pages.flatMap(shownOn).length).toBeGreaterThan(150)
})
