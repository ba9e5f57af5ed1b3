import { createHash } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { stackFailure } from './failure.ts'
import { repository, stateRoot } from './layout.ts'
import { exclusively } from './lock.ts'

/** Written by the compiler, and not run. */
const left = /\.(map|d\.[cm]?ts|tsbuildinfo)$/

function walk (folder: string, visit: (relative: string, absolute: string) => void, prefix = ''): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const absolute = join(folder, entry.name)
    const relative = join(prefix, entry.name)
    if (entry.isDirectory()) walk(absolute, visit, relative)
    else if (entry.isFile() && !left.test(entry.name)) visit(relative, absolute)
  }
}

function workspaces (): string[] {
  return ['packages', 'services'].flatMap(group => readdirSync(join(repository, group)).map(name => join(group, name)))
}

/** Everything that decides what is bundled: the locked packages, the build, and how it is done. */
function digest (): string {
  const hash = createHash('sha256').update(readFileSync(join(repository, 'package-lock.json'))).update(JSON.stringify(how))
  for (const workspace of workspaces()) {
    const dist = join(repository, workspace, 'dist')
    if (!existsSync(dist)) continue
    walk(dist, (relative, absolute) => {
      const { size, mtimeMs } = statSync(absolute)
      hash.update(`${workspace}/${relative} ${size} ${mtimeMs}\n`)
    })
  }
  return hash.digest('hex')
}

/** @throws RekeyError `stack/failed` when a source is newer than what was built from it */
export function assertBuilt (): void {
  for (const workspace of workspaces()) {
    const source = join(repository, workspace, 'src')
    const info = join(repository, workspace, 'dist', '.tsbuildinfo')
    const built = existsSync(info) ? statSync(info).mtimeMs : 0
    walk(source, (relative, absolute) => {
      if (statSync(absolute).mtimeMs > built) {
        throw stackFailure(`${workspace}/src/${relative} is newer than the build that the services run: \`npm run build\` first`)
      }
    })
  }
}

/**
 * One file for each service and some that they share, in place of the 900 modules that a service would look for and read at each start:
 * that takes a third of the time. Names are kept, so that logs and traces read like the sources.
 */
const how = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  keepNames: true,
  // Compiled parts of packages: none is installed, and each package does without.
  external: ['cpu-features', '*.node'],
  // What packages written for `require` expect.
  banner: { js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;" },
  logLevel: 'error'
} as const

const services = ['api', 'broker', 'worker']

const stampName = '.digest'

/** Whether there is a whole copy, of whichever build. */
export function hasApp (app: string): boolean {
  return existsSync(join(app, stampName))
}

/**
 * Puts what the services run into `app`, readable by every user id. Does nothing when that is up to date.
 * Running services keep what they have loaded.
 */
export async function refreshApp (app: string): Promise<void> {
  const wanted = digest()
  const stamp = join(app, stampName)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const bundle = await bundleOf(wanted)
  const draft = `${app}.new`
  rmSync(draft, { recursive: true, force: true })
  cpSync(bundle, draft, { recursive: true })
  rmSync(app, { recursive: true, force: true })
  renameSync(draft, app)
}

/** In milliseconds: no stack takes so long to copy a bundle. */
const longest = 3600_000

/** The bundle of a build that all stacks of this checkout copy: made for the first one. Those of earlier builds go. */
async function bundleOf (build: string): Promise<string> {
  const bundles = join(stateRoot, 'app')
  const bundle = join(bundles, build.slice(0, 16))
  if (hasApp(bundle)) return bundle
  mkdirSync(bundles, { recursive: true, mode: 0o755 })
  await exclusively(join(bundles, 'lock'), 120, async () => {
    if (hasApp(bundle)) return
    for (const name of readdirSync(bundles)) {
      const one = join(bundles, name)
      if (name.endsWith('.new') || (name !== 'lock' && statSync(one).mtimeMs < Date.now() - longest)) rmSync(one, { recursive: true, force: true })
    }
    await writeBundle(`${bundle}.new`, build)
    renameSync(`${bundle}.new`, bundle)
  })
  return bundle
}

async function writeBundle (draft: string, digest: string): Promise<void> {
  mkdirSync(draft, { recursive: true, mode: 0o755 })
  await build({ ...how, external: [...how.external], entryPoints: services.map(name => ({ in: join(repository, 'services', name, 'dist', 'main.js'), out: name })), outdir: draft })
  // What a file is that ends in .js.
  writeFileSync(join(draft, 'package.json'), JSON.stringify({ type: 'module' }))
  for (const name of readdirSync(draft)) chmodSync(join(draft, name), 0o644)
  writeFileSync(join(draft, stampName), digest)
}
