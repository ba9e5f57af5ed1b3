import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { repository } from '../src/layout.ts'

test('no command that we show puts a secret into the arguments of a process, where every user of the machine reads it', async () => {
  const pages = ['README.md', 'deploy/demo/src/main.ts', 'deploy/local/README.md', 'deploy/vault/README.md', ...(await readdir(join(repository, 'docs'))).filter(name => name.endsWith('.md')).map(name => `docs/${name}`)]
  let shown = 0
  for (const page of pages) {
    const text = await readFile(join(repository, page), 'utf8')
    shown += text.split('admin-token; } | curl').length - 1
    expect(text).not.toMatch(/(-H|--header|-u|--user|--oauth2-bearer|-d|--data)[ =]["']?[^"'\n]*(\$\(|\$\{?[A-Z_]*TOKEN)/)
    expect(text).not.toMatch(/\$\((cat|<)[^)]*(token|password|key|secret)/)
  }
  expect(shown).toBeGreaterThan(1)
})
