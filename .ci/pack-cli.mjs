// Packs `rekey` as one package that npm installs anywhere: what is ours bundled into one file, the libraries as its dependencies, so that
// each comes with its own license. Run after a build: `npm run pack -- FOLDER` prints the tarball's path.
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

const root = new URL('..', import.meta.url).pathname
const manifestOf = folder => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))

/** The libraries of a workspace and of those of ours that it stands on. */
function librariesOf (name, seen = new Set()) {
  if (seen.has(name)) return {}
  seen.add(name)
  const { dependencies = {} } = manifestOf(join('packages', name))
  return Object.assign({}, ...Object.entries(dependencies).map(([one, range]) => one.startsWith('@rekey/') ? librariesOf(one.slice('@rekey/'.length), seen) : { [one]: range }))
}

const { version, license, engines } = manifestOf('.')
const dependencies = librariesOf('cli')
const target = resolve(process.argv[2] ?? '.')
const draft = mkdtempSync(join(tmpdir(), 'rekey-pack-'))
try {
  await build({
    entryPoints: [join(root, 'packages/cli/dist/main.js')],
    outfile: join(draft, 'dist/rekey.js'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: '#!/usr/bin/env node' },
    external: Object.keys(dependencies),
    logLevel: 'warning'
  })
  chmodSync(join(draft, 'dist/rekey.js'), 0o755)
  for (const file of ['LICENSE', 'docs/cli.md']) copyFileSync(join(root, file), join(draft, file === 'LICENSE' ? file : 'README.md'))
  writeFileSync(join(draft, 'package.json'), JSON.stringify({
    name: 'rekey', version, license, engines, type: 'module', description: 'The command line of Rekey', bin: { rekey: 'dist/rekey.js' }, files: ['dist'], dependencies
  }, null, 2) + '\n')
  mkdirSync(target, { recursive: true })
  const [packed] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', target], { cwd: draft, encoding: 'utf8' }))
  console.log(join(target, packed.filename))
} finally {
  rmSync(draft, { recursive: true })
}
