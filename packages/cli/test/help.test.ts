import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import type { Command } from 'commander'
import { buildProgram } from '../src/program.ts'
import { processSession } from '../src/process-session.ts'
import { reference } from '../src/reference.ts'
import { Shell } from './shell.ts'

const commands = leaves(buildProgram(processSession(), () => {}), [])

function leaves (command: Command, path: readonly string[]): string[][] {
  return command.commands.length === 0 ? [[...path]] : command.commands.flatMap(one => leaves(one, [...path, one.name()]))
}

let shell: Shell
beforeAll(async () => { shell = await Shell.start() })

test('the help shows every command and the exit codes', async () => {
  for (const args of [[], ['--help'], ['help']]) {
    const { code, out } = await shell.rekey(...args)
    expect(code).toBe(0)
    for (const [first] of commands) expect(out).toMatch(new RegExp(`^ {2}${first ?? ''}\\b`, 'm'))
    expect(out).toMatch(/Exit codes: 0 .* 1 .* 2 /s)
  }
})

test.each(commands.map(path => [path.join(' '), path] as const))('rekey %s --help has examples of it', async (name, path) => {
  const { code, out } = await shell.rekey(...path, '--help')
  expect([code, out]).toEqual([0, expect.stringContaining(`Usage: rekey ${name} `)])
  const [, examples = ''] = out.split('Examples:\n')
  expect(examples).toContain(`rekey ${name}`)
})

test('docs/cli.md is what the commands say of themselves; `npm run generate` writes it', async () => {
  expect(await readFile(new URL('../../../docs/cli.md', import.meta.url), 'utf8')).toBe(reference())
})

test('the version is that of the package', async () => {
  expect(await shell.rekey('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as unknown })
})

describe('completion', () => {
  test('completes commands and options in bash', async () => {
    const script = join(shell.folder, 'completion.bash')
    await writeFile(script, (await shell.rekey('completion', 'bash')).out)
    // eslint-disable-next-line no-template-curly-in-string -- it is the shell's
    const complete = (...words: string[]) => execFileSync('bash', ['-c', '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rekey; echo "${COMPREPLY[*]}"', '-', script, ...words], { encoding: 'utf8' }).trim()
    expect(complete('rekey', 'cre')).toBe('credentials')
    expect(complete('rekey', 'token', 'r')).toBe('revoke rotate')
    expect(complete('rekey', 'token', 'create', '--ro')).toBe('--role')
    expect(complete('rekey', 'rotate', 'production', '--wa')).toBe('--wait')
  })

  test.each(['zsh', 'fish'])('knows every command in %s', async (name) => {
    const { out } = await shell.rekey('completion', name)
    for (const path of commands) expect(out).toContain(path.at(-1))
  })

  test('refuses another shell', async () => {
    expect(await shell.rekey('completion', 'tcsh')).toMatchObject({ code: 2, err: expect.stringContaining('bash, zsh, fish') as unknown })
  })
})
