import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { repository } from '../../deploy/local/src/layout.ts'
import { describeFull } from './full.ts'

/** What a stranger gets who installs the packed command line. It takes npm's registry or cache, so it belongs to the full test. */
const run = promisify(execFile)
let folder: string

beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'rekey-package-')) })
afterAll(async () => await rm(folder, { recursive: true, force: true }))

describeFull('the packed command line', () => {
  test('installs into a folder of its own and runs there', async () => {
    const { stdout } = await run(process.execPath, [join(repository, '.ci/pack-cli.mjs'), folder])
    const prefix = join(folder, 'prefix')
    await run('npm', ['install', '--global', '--prefix', prefix, '--prefer-offline', '--ignore-scripts', stdout.trim()], { cwd: folder })
    const rekey = async (...args: string[]) => (await run(join(prefix, 'bin/rekey'), args, { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder } })).stdout
    const { version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as { version: string }
    expect(await rekey('--version')).toBe(`${version}\n`)
    expect(await rekey('--help')).toContain('Usage: rekey')
    await writeFile(join(folder, 'hosts.ini'), 'web-1 ansible_host=10.20.0.7 ansible_user=deploy\n')
    expect(await rekey('import', 'hosts.ini', '--format', 'ansible', '--zone', 'production', '--trust-first-use')).toContain('create host')
    expect(await readFile(join(prefix, 'lib/node_modules/rekey/LICENSE'), 'utf8')).toContain('Apache License')
  }, 300_000)
})
