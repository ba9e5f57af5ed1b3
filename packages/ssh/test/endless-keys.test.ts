import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const privateKey = fileURLToPath(new URL('../dist/private-key.js', import.meta.url))

/** The garbage collector comes often where there is little room for what is new: a key that is exported while it does must not have the process wait for itself. */
function make (keys: number): { status: number | null, stdout: string } {
  const program = `import { makeKey } from ${JSON.stringify(privateKey)}
for (let count = 0; count < ${keys}; count += 1) makeKey()
process.stdout.write('made')`
  return spawnSync(process.execPath, ['--max-semi-space-size=1', '--input-type=module', '--eval', program], { encoding: 'utf8', timeout: 45_000 })
}

test('a process that makes keys without end never stands still', () => {
  expect(make(12_000)).toMatchObject({ status: 0, stdout: 'made' })
}, 60_000)
