import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { errorCatalogue, HoldClass, hostCatalogue, type ErrorCode } from '@rekey/domain'
import { statuses } from '@rekey/http'

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
const rows = [...page.matchAll(/^\| `([a-z-]+\/[a-z-]+)` \| (.+) \| ([a-z-]+) \| (\d{3}|–) \|$/gm)].map(([, code = '', means = '', retry = '', status = '']) => ({ code, means, retry, status }))

test('docs/errors.md lists exactly the codes of the catalogue, in its order, with their meanings', () => {
  expect(rows.map(({ code, means, retry }) => ({ code, means, retry }))).toEqual(Object.entries(errorCatalogue).map(([code, { means, retry }]) => ({ code, means, retry })))
})

test('docs/errors.md tells the HTTP status of each code that the API answers with', () => {
  expect(rows.map(({ code, status }) => [code, status])).toEqual(rows.map(({ code }) => [code, String(statuses[code as ErrorCode] ?? '–')]))
})

test('docs/errors.md lists exactly what a host can do, in the catalogue\'s order, with its meanings', () => {
  const listed = [...page.matchAll(/^\| `(host\/[a-z-]+)` \| ([^|]+) \|$/gm)].map(([, code = '', means = '']) => [code, means])
  expect(listed).toEqual(Object.entries(hostCatalogue))
})

test('docs/errors.md says of every hold what to do', () => {
  const listed = [...page.matchAll(/^\| `([a-z-]+)` \| [^|]+ \|$/gm)].map(([, hold]) => hold)
  expect(listed.toSorted()).toEqual(Object.values(HoldClass).toSorted())
})
