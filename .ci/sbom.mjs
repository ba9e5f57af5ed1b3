// Prints what is shipped as CycloneDX. Not by `npm sbom --omit dev`: that leaves out whatever a tool of the development needs, too.
import { execFileSync } from 'node:child_process'

/** What is installed or in an image; the other workspaces are demo, lab and measurements, and what only they need. */
const shippedWorkspaces = ['@rekey/api', '@rekey/worker', '@rekey/broker', '@rekey/cli', '@rekey/docker']

const npm = execFileSync('npm', ['--version'], { encoding: 'utf8' }).trim()
const [major, minor] = npm.split('.').map(Number)
if (major < 10 || (major === 10 && minor < 2)) {
  console.error(`npm ${npm} has no \`npm sbom\`: it takes npm 10.2 or later (npm install --global npm@10)`)
  process.exit(1)
}

const root = new URL('..', import.meta.url).pathname
const bom = JSON.parse(execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 }))

const isTool = ({ properties = [] }) => properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true')
const tools = new Set(bom.components.filter(isTool).map(component => component['bom-ref']))
const needs = new Map(bom.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn.filter(one => !tools.has(one))]))
const shipped = new Set()
const ship = ref => {
  if (shipped.has(ref)) return
  shipped.add(ref)
  for (const one of needs.get(ref) ?? []) ship(one)
}
for (const { 'bom-ref': ref, purl } of bom.components) if (shippedWorkspaces.some(name => purl.startsWith(`pkg:npm/${name.replace('@', '%40')}@`))) ship(ref)

const top = bom.metadata.component['bom-ref']
const components = bom.components.filter(component => shipped.has(component['bom-ref']))
const dependencies = bom.dependencies
  .filter(({ ref }) => ref === top || shipped.has(ref))
  .map(({ ref }) => ({ ref, dependsOn: (needs.get(ref) ?? []).filter(one => shipped.has(one)) }))
process.stdout.write(JSON.stringify({ ...bom, components, dependencies }, null, 2) + '\n')
