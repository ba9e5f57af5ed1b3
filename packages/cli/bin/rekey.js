#!/usr/bin/env node
import { existsSync } from 'node:fs'

const main = new URL('../dist/main.js', import.meta.url)
if (existsSync(main)) {
  await import(main.href)
} else {
  process.stderr.write('rekey: not built yet: run `npm ci --ignore-scripts && npm run build` in the clone, or `npm run up`, which does it too\n')
  process.exitCode = 1
}
