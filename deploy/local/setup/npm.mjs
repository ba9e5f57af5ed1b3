import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { failure, logged, root, step } from './say.mjs'

function packagesIn (file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
}

/**
 * Whether node_modules holds what package-lock.json asks for. npm writes its own list of what it installed as the
 * last thing, so a broken-off installation is told from a whole one.
 */
export function isInstalled () {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false
  const installed = packagesIn('node_modules/.package-lock.json')
  return Object.entries(packagesIn('package-lock.json')).every(([path, wanted]) => {
    if (path === '') return true
    const found = installed[path]
    // Optional ones are for other platforms, or for a build that nobody needs.
    if (found === undefined) return wanted.optional === true || wanted.devOptional === true || wanted.peer === true
    return found.version === wanted.version && found.link === wanted.link
  })
}

export async function installNpmPackages () {
  if (isInstalled()) return
  await step('Installing npm packages, without their install scripts', async () => {
    const code = await logged('npm', 'npm', ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--workspaces', '--include-workspace-root'])
    if (code !== 0) throw failure('npm', 'npm ci did not succeed. It needs to reach the npm registry, and 300 MB of disk.')
  })
}

/** Half a minute in a new clone; where nothing has changed, it is not worth a word. */
export async function build () {
  await step('Building', async () => {
    const code = await logged('build', process.execPath, ['node_modules/typescript/bin/tsc', '-b'])
    if (code !== 0) throw failure('build', 'the program could not be built.')
  }, 1500)
}
