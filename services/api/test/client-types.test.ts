import { readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { startApi } from './client.ts'

const generator = new URL('../../../.ci/client-types.mjs', import.meta.url)
const generated = new URL('../../../packages/client/src/openapi.ts', import.meta.url)

test('the types of the client are those of the API\'s document; `npm run generate` writes them', async () => {
  const { typesOf } = await import(generator.href) as { typesOf: (document: object) => Promise<string> }
  const api = await startApi()
  await api.app.ready()
  const types = await typesOf(api.app.swagger())
  // Not compared by the test library, which would print the difference of thousands of lines.
  expect(types === await readFile(generated, 'utf8') || 'stale').toBe(true)
})
