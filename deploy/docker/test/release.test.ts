import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const script = fileURLToPath(new URL('../release.sh', import.meta.url))
const digest = `@sha256:${'0123456789abcdef'.repeat(4)}`
const pinned = { NODE_IMAGE: `docker.io/library/node${digest}`, DEBIAN_IMAGE: `docker.io/library/debian:bookworm-slim${digest}` }

/** With a builder that says what it is asked for. */
function release (bases: Readonly<Record<string, string>>, ...args: string[]) {
  return spawnSync('sh', [script, '1.2.3', ...args], { encoding: 'utf8', env: { PATH: process.env['PATH'], BUILDER: 'echo', ...bases } })
}

test.each([
  ['none at all', {}],
  ['a tag', { ...pinned, NODE_IMAGE: 'docker.io/library/node:22-bookworm-slim' }],
  ['a digest cut short', { ...pinned, DEBIAN_IMAGE: pinned.DEBIAN_IMAGE.slice(0, -1) }],
  ['a second line after a good one', { ...pinned, DEBIAN_IMAGE: `debian:latest\n${pinned.DEBIAN_IMAGE}` }]
])('a release refuses a base that is not pinned by its digest: %s', (_what, bases) => {
  const { status, stdout, stderr } = release(bases)
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toMatch(/^rekey: (NODE|DEBIAN)_IMAGE must be pinned by its digest/)
})

test('a release builds every image on the pinned bases', () => {
  const { status, stdout } = release(pinned)
  expect(status).toBe(0)
  const lines = stdout.trim().split('\n')
  expect(lines.map(line => /^build --target (\S+) --tag (\S+) /.exec(line)?.slice(1))).toEqual(['api', 'worker', 'broker', 'setup', 'host'].map(name => [name, `rekey-${name}:1.2.3`]))
  for (const line of lines) for (const [name, value] of Object.entries(pinned)) expect(line).toContain(`--build-arg ${name}=${value} `)
})
