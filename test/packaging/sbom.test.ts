import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { attempt, root, run } from './run.ts'

interface Component {
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly hashes?: ReadonlyArray<{ readonly alg: string, readonly content: string }>
}

interface Bom {
  readonly bomFormat: string
  readonly specVersion: string
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: ReadonlyArray<{ readonly ref: string, readonly dependsOn?: readonly string[] }>
}

interface Locked { readonly version: string, readonly resolved?: string, readonly link?: boolean, readonly dependencies?: Readonly<Record<string, string>> }

/** What is installed or in an image. */
const programs = ['services/api', 'services/worker', 'services/broker', 'packages/cli', 'deploy/docker']

/** The places in the lockfile that the programs need, as Node.js looks them up: from the inside to the outside. */
function needed (packages: Readonly<Record<string, Locked>>): Set<string> {
  const found = new Set<string>()
  const visit = (place: string): void => {
    if (found.has(place)) return
    found.add(place)
    for (const name of Object.keys(packages[place]?.dependencies ?? {})) {
      for (let from = place; ; from = from.replace(/(^|\/)[^/]*$/, '')) {
        const at = `${from === '' ? '' : `${from}/`}node_modules/${name}`
        const there = packages[at]
        if (there !== undefined) visit(there.link === true ? there.resolved ?? '' : at)
        if (there !== undefined || from === '') break
      }
    }
  }
  programs.forEach(visit)
  return found
}

/** Debian 13's own npm is of 2022, and can't. */
const npmMakesSboms = Number.parseInt(execFileSync('npm', ['--version'], { encoding: 'utf8' }), 10) > 9

test('an npm that is too old for it is named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-sbom-'))
  try {
    await writeFile(join(folder, 'npm'), '#!/bin/sh\necho 9.2.0\n', { mode: 0o755 })
    const { code, stdout, stderr } = await attempt(process.execPath, ['.ci/sbom.mjs'], { PATH: folder })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('npm 9.2.0 has no `npm sbom`: it takes npm 10.2 or later')
  } finally {
    await rm(folder, { recursive: true })
  }
});

(npmMakesSboms ? test : test.skip)('npm run sbom lists what is shipped and nothing of the development, the demo and the tests, each with its address and hash, and how they hang together', async () => {
  const bom = JSON.parse(await run('npm', ['run', '--silent', 'sbom'])) as Bom
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> }
  const named = (places: readonly string[]): string[] => [...new Set(places.map(place => `${place.replace(/^.*node_modules\//, '')}@${packages[place]?.version ?? ''}`))].sort()
  const shipped = [...needed(packages)]
  const theirs = named(shipped.filter(place => place.includes('node_modules/')))
  const listed = bom.components.filter(({ purl }) => !purl.startsWith('pkg:npm/%40rekey/'))

  expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: expect.stringMatching(/^1\.[56]$/) })
  const seen = listed.map(({ name, version }) => `${name}@${version}`).sort()
  expect(theirs.filter(one => !seen.includes(one))).toEqual([])
  // Optional packages may come on top, but none that only a demo or a test needs.
  expect(seen.filter(one => /^(oidc-provider|koa|jest|typescript)@/.test(one))).toEqual([])
  expect(bom.components.filter(({ purl }) => purl.startsWith('pkg:npm/%40rekey/')).map(({ purl }) => purl.replace(/^.*%40rekey\/(.*)@.*$/, '$1')).sort())
    .toEqual(shipped.filter(place => !place.includes('node_modules/')).map(place => place.replace(/^.*\//, '')).sort())
  for (const { purl, hashes } of listed) {
    expect(purl).toMatch(/^pkg:npm\/[^?#]+@[^?#]+$/)
    expect(hashes).toEqual([{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }])
  }

  const refs = [bom.metadata.component, ...bom.components].map(component => component['bom-ref'])
  expect(new Set(refs).size).toBe(refs.length)
  expect(bom.dependencies.flatMap(({ ref, dependsOn = [] }) => [ref, ...dependsOn]).filter(ref => !refs.includes(ref))).toEqual([])
})
