import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { Secret } from '@rekey/domain'
import { createJournal, createVaultClient } from '@rekey/vault'
import { adoptionsApart } from '../src/adoptions-apart.ts'

/** As much of Vault as lists need: what lies at each path below `metadata`. Node.js's own server does not know the method LIST. */
let listings: Record<string, string[] | 'away'>
let vault: Server
let lines: unknown[]
let journal: ReturnType<typeof createJournal>
let close: () => Promise<void>

beforeEach(async () => {
  listings = { credentials: ['web-1/'], adoptions: ['web-2/'] }
  vault = createServer(socket => {
    socket.on('error', () => {}).on('data', request => {
      const found = listings[/\/metadata\/([^ ?]*?)\/?[ ?]/.exec(request.toString())?.[1] ?? '']
      const body = JSON.stringify(Array.isArray(found) ? { data: { keys: found } } : { errors: [] })
      socket.end(`HTTP/1.1 ${found === 'away' ? 500 : found === undefined ? 404 : 200} -\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
    })
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => vault.once('listening', resolve))
  const client = createVaultClient({ address: `http://127.0.0.1:${(vault.address() as AddressInfo).port}`, login: { method: 'token', token: Secret.of('x') }, timeoutMs: 30_000 })
  lines = []
  const note = (fields: unknown): void => { lines.push(fields) }
  journal = adoptionsApart(createJournal({ client, zone: 'production' }), { info: note, warn: note, error: note })
  close = async () => { await client.close() }
})
afterEach(async () => {
  await close()
  vault.close()
})

/** Two thousand names of as many bytes as a path may have. */
const flood = Array.from({ length: 2300 }, (_, n) => `${'x'.repeat(7400)}${n}/`)

test('adoptions that are too many to be listed stop nothing but themselves, and are an alarm once', async () => {
  expect(await journal.hostsAdopting()).toEqual(['web-2'])
  listings['adoptions'] = listings['adoptions/web-1'] = flood
  for (let n = 0; n < 2; n++) {
    expect(await journal.hostsAdopting()).toEqual([])
    expect(await journal.adoptions('web-1')).toEqual({ adoptions: [], malformed: 0 })
    expect(await journal.hosts()).toEqual(['web-1'])
  }
  expect(lines).toEqual(['adoptions', 'adoptions/web-1'].map(path => ({ event: 'alarm', alarm: 'adoptions-too-many', path })))
})

test('a Vault that does not answer is no flood', async () => {
  listings['adoptions'] = 'away'
  await expect(journal.hostsAdopting()).rejects.toMatchObject({ code: 'vault/unavailable' })
  expect(lines).toEqual([])
})
