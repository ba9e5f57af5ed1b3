import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { describeFull } from './full.ts'
import { attempt, root, run } from './run.ts'

const written = join(root, 'docker-compose.yml')

describeFull('to Docker Compose, docker-compose.yml', () => {
  test('is valid, and every service that it writes is there', async () => {
    const ours = parse(await readFile(written, 'utf8'), { merge: true }) as { services: object }
    const understood = parse(await run('docker-compose', ['config'])) as { services: object }
    expect(Object.keys(understood.services).sort()).toEqual(Object.keys(ours.services).sort())
  })

  test('puts every address where REKEY_NET says', async () => {
    const text = await run('docker-compose', ['config'], { REKEY_NET: '10.99' })
    expect(text).toContain('10.99.10.12')
    expect(text).not.toContain('172.30')
  })

  test('would be refused with a word that Compose does not know', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rekey-compose-'))
    try {
      const wrong = join(folder, 'docker-compose.yml')
      await writeFile(wrong, (await readFile(written, 'utf8')).replace('read_only:', 'readonly:'))
      expect((await attempt('docker-compose', ['-f', wrong, 'config', '-q'])).stderr).toContain("Unsupported config option for services.api: 'readonly'")
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
