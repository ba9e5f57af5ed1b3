import { readFileSync } from 'node:fs'

/** Of the package, beside which this file is, built or not. */
export const version = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version
