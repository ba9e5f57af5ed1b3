import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { root, run } from './run.ts'

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

interface Locked { readonly version: string, readonly dev?: boolean, readonly devOptional?: boolean, readonly optional?: boolean, readonly link?: boolean }

test('npm run sbom lists what is shipped and no tool of the development, each with its address and hash, and how they hang together', async () => {
  const bom = JSON.parse(await run('npm', ['run', '--silent', 'sbom'])) as Bom
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> }
  const theirs = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
  const named = (some: typeof theirs): string[] => [...new Set(some.map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`))].sort()
  const shipped = named(theirs.filter(([, { dev, devOptional, optional }]) => dev !== true && devOptional !== true && optional !== true))
  const listed = bom.components.filter(({ purl }) => !purl.startsWith('pkg:npm/%40rekey/'))

  expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: expect.stringMatching(/^1\.[56]$/) })
  const seen = listed.map(({ name, version }) => `${name}@${version}`).sort()
  expect(seen.filter(one => !named(theirs.filter(([, { dev }]) => dev !== true)).includes(one))).toEqual([])
  expect(shipped.filter(one => !seen.includes(one))).toEqual([])
  for (const { purl, hashes } of listed) {
    expect(purl).toMatch(/^pkg:npm\/[^?#]+@[^?#]+$/)
    expect(hashes).toEqual([{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }])
  }

  const refs = [bom.metadata.component, ...bom.components].map(component => component['bom-ref'])
  expect(new Set(refs).size).toBe(refs.length)
  expect(bom.dependencies.flatMap(({ ref, dependsOn = [] }) => [ref, ...dependsOn]).filter(ref => !refs.includes(ref))).toEqual([])
})
