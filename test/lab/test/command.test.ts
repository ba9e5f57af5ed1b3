import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseCommand } from '../src/arguments.ts'
import { closedFolder, execute } from './stock-ssh.ts'

const workspace = join(import.meta.dirname, '..')
const entry = join(workspace, 'dist', 'main.js')

let folder: Awaited<ReturnType<typeof closedFolder>>

beforeAll(async () => {
  folder = await closedFolder()
  const built = await execute(process.execPath, [join(workspace, '..', '..', 'node_modules', 'typescript', 'bin', 'tsc'), '-b', workspace])
  expect(built.stdout).toBe('')
})

afterAll(async () => { await folder.remove() })

describe('npm run lab', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('starts hosts, says how to reach them, and stops them at %s', async (signal) => {
    const dir = join(folder.path, signal)
    const child = spawn(process.execPath, [entry, '--hosts', '3', '--dir', dir], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    const ready = new Promise<void>((resolve) => {
      child.stdout.on('data', (data: Buffer) => {
        said += data.toString()
        if (said.includes('Ctrl-C')) resolve()
      })
    })
    await Promise.race([ready, once(child, 'exit')])
    const command = said.split('\n').find((line) => line.startsWith('  ssh -F none')) ?? 'false'
    expect((await execute('sh', ['-c', command])).stdout).toBe('production-1\n')
    const records = await Promise.all(['production-1', 'production-2', 'backup-1'].map(async (name) => await readFile(join(dir, 'hosts', name, 'processes.json'), 'utf8')))
    child.kill(signal)
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(said.trim().split('\n').at(-1)).toBe('All 3 hosts stopped; nothing of them runs any more.')
    for (const { pid } of records.flatMap((text) => JSON.parse(text) as Array<{ pid: number }>)) expect(existsSync(`/proc/${pid}`)).toBe(false)
  })

  test('exits 2 with a usage line when it is asked for something else', async () => {
    const result = await execute(process.execPath, [entry, '--hosts', 'many'])
    expect(result).toMatchObject({ code: 2, stdout: '' })
    expect(result.stderr).toBe('lab: --hosts many: a number from 1 to 200\nusage: npm run lab -- --hosts N [--dir FOLDER]     N from 1 to 200; FOLDER for logs and keys, .rekey/lab when absent\n')
  })

  test.each([
    [[], 'say how many hosts: --hosts N'],
    [['--hosts', '0'], '--hosts 0: a number from 1 to 200'],
    [['--hosts', '201'], '--hosts 201: a number from 1 to 200'],
    [['--hosts', '1e2'], '--hosts 1e2: a number from 1 to 200'],
    [['--hosts', '3', '--size', '4'], 'Unknown option \'--size\''],
    [['--hosts', '3', 'more'], 'Unexpected argument \'more\''],
    [['--hosts', '3', '--dir', 'a"b'], '--dir: a folder without quotes']
  ])('does not take the arguments %j', (args, message) => {
    expect(() => parseCommand(args, '/from', '/default')).toThrow(message)
  })

  test('tells its usage when asked', () => {
    expect(parseCommand(['--help'], '/from', '/default')).toBe('help')
  })

  test('takes a folder relative to where the person stands', () => {
    expect(parseCommand(['--hosts', '200', '--dir', 'x/y'], '/from', '/default')).toEqual({ hosts: 200, dir: '/from/x/y' })
    expect(parseCommand(['--hosts=7'], '/from', '/default')).toEqual({ hosts: 7, dir: '/default' })
  })
})
