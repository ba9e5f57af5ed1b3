// Writes docs/cli.md from the built command line: `npm run generate`.
import { writeFileSync } from 'node:fs'
import { reference } from '../packages/cli/dist/reference.js'

writeFileSync(new URL('../docs/cli.md', import.meta.url), reference())
