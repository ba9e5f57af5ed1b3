// Prints what is shipped as CycloneDX. Not by `npm sbom --omit dev`: that leaves out whatever a tool of the development needs, too.
import { execFileSync } from 'node:child_process'

const root = new URL('..', import.meta.url).pathname
const bom = JSON.parse(execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 }))

const isTool = ({ properties = [] }) => properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true')
const tools = new Set(bom.components.filter(isTool).map(component => component['bom-ref']))
const components = bom.components.filter(component => !tools.has(component['bom-ref']))
const dependencies = bom.dependencies
  .filter(({ ref }) => !tools.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(one => !tools.has(one)) }))
process.stdout.write(JSON.stringify({ ...bom, components, dependencies }, null, 2) + '\n')
