import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync, existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { stackFailure } from './failure.ts'
import { repository, stateRoot } from './layout.ts'
import { exclusively } from './lock.ts'

interface LockEntry { readonly dev?: boolean, readonly link?: boolean }

/** Needed to build, to debug or to read, and not to run. */
const left = /\.(map|d\.[cm]?ts|tsbuildinfo)$/

/** Where npm puts what the services need: hoisted, or below one of them. */
const packageOfServices = /^((packages|services)\/[^/]+\/)?node_modules\//

function walk (folder: string, visit: (relative: string, absolute: string) => void, prefix = ''): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules') continue
    const absolute = join(folder, entry.name)
    const relative = join(prefix, entry.name)
    if (entry.isDirectory()) walk(absolute, visit, relative)
    else if (entry.isFile() && !left.test(entry.name)) visit(relative, absolute)
  }
}

function workspaces (): string[] {
  return ['packages', 'services'].flatMap(group => readdirSync(join(repository, group)).map(name => join(group, name)))
}

/** Everything that decides what the copy holds: the locked packages, and the build. */
function digest (): string {
  const hash = createHash('sha256').update(readFileSync(join(repository, 'package-lock.json')))
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

function copyTree (from: string, to: string, link: boolean): void {
  const made = new Set<string>()
  walk(from, (relative, absolute) => {
    const target = join(to, relative)
    const folder = join(target, '..')
    if (!made.has(folder)) {
      mkdirSync(folder, { recursive: true, mode: 0o755 })
      made.add(folder)
    }
    // A hard link costs nothing, but shares the mode; a file that others can't read is copied.
    if (link && (statSync(absolute).mode & 0o444) === 0o444) {
      try {
        linkSync(absolute, target)
        return
      } catch { /* on another file system */ }
    }
    copyFileSync(absolute, target)
    chmodSync(target, 0o644)
  })
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

const stampName = '.digest'

/** Whether there is a whole copy, of whichever build. */
export function hasApp (app: string): boolean {
  return existsSync(join(app, stampName))
}

/**
 * Puts what the services run into `app`, readable by every user id: the build and the locked production packages.
 * Does nothing when that is up to date. Running services keep what they have loaded.
 */
export async function refreshApp (app: string): Promise<void> {
  const wanted = digest()
  const stamp = join(app, stampName)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const copy = await copyOf(wanted)
  const draft = `${app}.new`
  // Thousands of files: as hard links they take a fraction of a second, but for a stack on another file system.
  if (!['-al', '-a'].some(how => {
    rmSync(draft, { recursive: true, force: true })
    return spawnSync('cp', [how, copy, draft]).status === 0
  })) throw stackFailure(`${copy} can't be copied to ${app}: see whether there is room`)
  rmSync(app, { recursive: true, force: true })
  renameSync(draft, app)
}

/** In milliseconds: no stack takes so long to link a copy. */
const longest = 3600_000

/** The copy of a build that all stacks of this checkout link to: made for the first one. Those of earlier builds go. */
async function copyOf (build: string): Promise<string> {
  const copies = join(stateRoot, 'app')
  const copy = join(copies, build.slice(0, 16))
  if (hasApp(copy)) return copy
  mkdirSync(copies, { recursive: true, mode: 0o755 })
  await exclusively(join(copies, 'lock'), 120, () => {
    if (hasApp(copy)) return
    for (const name of readdirSync(copies)) {
      const one = join(copies, name)
      if (name.endsWith('.new') || (name !== 'lock' && statSync(one).mtimeMs < Date.now() - longest)) rmSync(one, { recursive: true, force: true })
    }
    writeApp(`${copy}.new`, build)
    renameSync(`${copy}.new`, copy)
  })
  return copy
}

function writeApp (draft: string, build: string): void {
  mkdirSync(join(draft, 'node_modules', '@rekey'), { recursive: true, mode: 0o755 })
  const lock = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as { packages: Record<string, LockEntry> }
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (!packageOfServices.test(path) || entry.dev === true || entry.link === true) continue
    const from = join(repository, path)
    // Optional packages of other platforms are locked and not there.
    if (existsSync(from)) copyTree(from, join(draft, path), true)
  }
  for (const workspace of workspaces()) {
    const manifest = join(repository, workspace, 'package.json')
    if (!existsSync(manifest) || !existsSync(join(repository, workspace, 'dist'))) continue
    // Copied, as the compiler writes its output in place.
    copyTree(join(repository, workspace, 'dist'), join(draft, workspace, 'dist'), false)
    copyFileSync(manifest, join(draft, workspace, 'package.json'))
    chmodSync(join(draft, workspace, 'package.json'), 0o644)
    const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name: string }
    symlinkSync(join('..', '..', workspace), join(draft, 'node_modules', name))
  }
  writeFileSync(join(draft, stampName), build)
}
