// The types of packages/client, from the API's own OpenAPI document. Run after a build, it writes them: `npm run generate`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

const target = new URL('../packages/client/src/openapi.ts', import.meta.url)

const head = `// Made by \`npm run generate\` from the API's OpenAPI document: don't edit it, and on a conflict generate it anew.
/* eslint-disable */

`

/** @param {object} document as /openapi.json answers it. Refusals are left out, which are all of one shape, and so are examples */
export async function typesOf (document) {
  const slim = JSON.parse(JSON.stringify(document, (key, value) => key === 'examples' || key === 'example' ? undefined : value))
  for (const operation of Object.values(slim.paths).flatMap(methods => Object.values(methods))) {
    operation.responses = Object.fromEntries(Object.entries(operation.responses).filter(([status]) => status.startsWith('2')))
  }
  return head + astToString(await openapiTS(slim, { alphabetize: true, immutable: true }))
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { buildApp } = await import('@rekey/api')
  const app = await buildApp({ ports: {}, tokenHash: '0'.repeat(64) })
  await app.ready()
  const types = await typesOf(app.swagger())
  // The same text again would only make the build look old.
  if (!existsSync(target) || readFileSync(target, 'utf8') !== types) writeFileSync(target, types)
  await app.close()
}
