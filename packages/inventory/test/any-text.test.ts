import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isRekeyError } from '@rekey/domain'
import type { InventoryFormat } from '@rekey/inventory'
import { read } from './reading.ts'

const secret = 'hunter2-hunter2'

/** Words of all three formats, so that many texts get past the first line. */
const words = fc.constantFrom(
  'hosts:', '- id: x', '  address: 10.20.0.7', '  credentials:', '  - account: a', `    password: ${secret}`, `    privateKey: "${secret}"`, '{', '}', '[', ']', '&a', '*a', '<<:', '!vault', '|', '"', "'", '\\', '#',
  'all:', '  hosts:', '    x:', '      ansible_host: 10.20.0.7', '  children:', '  vars:', `      ansible_password: ${secret}`, `x ansible_user=u ansible_password=${secret}`, `ansible_ssh_pass="${secret}"`, '[web]', '[web:vars]', '[web:children]', 'web', 'x[1:3]', 'x[a:', ':22', '{{', '}}', '$ANSIBLE_VAULT;1.1;AES256',
  'Host x', 'Host *', 'HostName 10.20.0.7', 'User u', 'Port 22', 'IdentityFile /keys/web', `IdentityFile ${secret}/`, 'ProxyJump a', 'Match all', 'Match host', 'Include', '%h', '${', '@revoked', '@cert-authority', '|1|a|b', 'ssh-ed25519',
  ' ', '  ', '\n', '\n', '\n', '\r', '\t', '\0', '\uFEFF', '\u2028', '__proto__:', 'constructor: x', '-----BEGIN PRIVATE KEY-----'
)
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(words, { maxLength: 40 }).map(found => found.join('')),
  fc.array(words, { maxLength: 40 }).map(found => found.join('\n')),
  fc.json().map(text => `{"hosts": [${text}, {"id": "x", "address": "10.20.0.7", "credentials": [${text}]}]}`),
  fc.json().map(text => `{"all": {"hosts": {"x": ${text}}, "vars": ${text}, "children": ${text}}}`)
)
const formats = fc.constantFrom<InventoryFormat>('rekey', 'ansible', 'openssh')

test('any text gives rows, or is refused with a field, and neither tells a secret', async () => {
  await fc.assert(fc.asyncProperty(formats, texts, texts, fc.boolean(), async (format, text, knownHosts, trustFirstUse) => {
    try {
      const { rows, notes } = await read(format, text, { knownHosts, trustFirstUse })
      for (const row of rows) {
        expect(row.source).toMatch(/^line \d+/)
        if (row.result === 'refused') expect([row.reason.length > 0, row.field.length > 0]).toEqual([true, true])
      }
      expect(JSON.stringify([rows.map(row => row.result === 'refused' ? [row.reason, row.field, row.source] : row.credential), notes])).not.toContain(secret)
    } catch (error) {
      if (!isRekeyError(error, 'input/invalid')) throw error
      expect(error.detail).toHaveProperty('field')
      expect(error.message).not.toContain(secret)
    }
  }), { numRuns: 1000 })
})

test('the search does meet rows of both kinds in each format', async () => {
  const met = new Set<string>()
  await fc.assert(fc.asyncProperty(formats, texts, async (format, text) => {
    const { rows } = await read(format, text).catch(() => ({ rows: [] }))
    for (const row of rows) met.add(`${format} ${row.result}${row.result === 'accepted' && row.credential !== undefined ? ' with a secret' : ''}`)
  }), { numRuns: 2000, seed: 1 })
  expect([...met].sort()).toEqual(expect.arrayContaining(['ansible accepted', 'ansible accepted with a secret', 'ansible refused', 'openssh accepted', 'openssh refused', 'rekey refused']))
})
