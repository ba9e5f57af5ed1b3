import { inventoryFormats } from '@rekey/inventory'
import { Type } from 'typebox'
import { closed, list, nullable, Zone } from './fields.ts'
import { exampleHostKey } from './host.ts'

/** In bytes, of the whole body. */
export const inventoryLimit = 1_048_576

export const NewInventory = Type.Object({
  format: Type.Unsafe<typeof inventoryFormats[number]>(Type.String({ enum: [...inventoryFormats], description: `one of ${inventoryFormats.join(', ')}` })),
  text: Type.String({ minLength: 1, maxLength: inventoryLimit, writeOnly: true, description: 'the inventory itself, as text. Secrets stand in it: no file is read' }),
  zone: Type.Optional(Zone),
  zones: Type.Optional(Type.Record(Type.String(), Zone, {
    minProperties: 1,
    maxProperties: 1000,
    description: 'the zone of each of Ansible\'s groups; hosts of no such group go to `zone`. Only with the format ansible',
    examples: [{ web: 'production' }]
  })),
  knownHosts: Type.Optional(Type.String({ maxLength: inventoryLimit, description: 'the text of a known_hosts file, for hosts whose keys the inventory doesn\'t name' })),
  trustFirstUse: Type.Optional(Type.Boolean({ description: 'true takes hosts without a known key too, and pins the one that each shows when its first credential is adopted; false when it is left out' })),
  apply: Type.Optional(Type.Boolean({ description: 'true does it; false, or left out, only tells what would happen' })),
  manage: Type.Optional(Type.Boolean({ description: 'true leaves what is new unobserved, so that the next order rotates it; false when it is left out' }))
}, {
  ...closed,
  description: 'An inventory as `rekey import` reads it. `zone` is for hosts that name none themselves, which only the format rekey lets them do.',
  examples: [
    {
      format: 'rekey',
      zone: 'production',
      text: `hosts:\n  - id: web-1\n    address: 10.20.0.7\n    hostKeys: ["${exampleHostKey}"]\n    credentials:\n      - {account: operator, password: the present one}\n`
    },
    { format: 'ansible', zones: { web: 'production' }, zone: 'backup', text: '[web]\nweb-1 ansible_host=10.20.0.7\n[store]\nstore-1 ansible_host=10.30.0.4\n', knownHosts: `10.20.0.7,10.30.0.4 ${exampleHostKey}\n`, apply: true }
  ]
})

const count = Type.Integer({ minimum: 0 })

const ImportedRow = Type.Object({
  source: Type.String({ description: 'Where it stands in the text' }),
  result: Type.Unsafe<'create' | 'created' | 'there' | 'refused'>(Type.String({ enum: ['create', 'created', 'there', 'refused'], description: '`create`: it would be created. `there`: nothing is left to do' })),
  creates: list(Type.Unsafe<'host' | 'key' | 'password'>(Type.String({ enum: ['host', 'key', 'password'] })), { description: 'What this row created, or would; of a refused row, what of it came to be before' }),
  zone: nullable(Type.String()),
  host: nullable(Type.String({ description: 'Null where the text gives no well-formed name' })),
  account: nullable(Type.String({ description: 'Null for a host without credentials' })),
  name: nullable(Type.String({ description: 'The name under which the secret is kept; null where nothing would be' })),
  reason: Type.Optional(Type.String({ description: 'Why it is refused, and the way out' })),
  field: Type.Optional(Type.String({ description: 'What the format calls the field that is wrong' }))
}, closed)

export const ImportedInventory = Type.Object({
  applied: Type.Boolean(),
  counts: Type.Object({ create: count, created: count, there: count, refused: count }, { ...closed, description: 'Of the rows' }),
  rows: list(ImportedRow, { description: 'One for each credential, and for each host without any' }),
  notes: list(Type.Object({ source: Type.String(), text: Type.String() }, closed), { description: 'What was left out and refuses no row' })
}, {
  ...closed,
  description: 'What became of each row, or would',
  examples: [{
    applied: true,
    counts: { create: 0, created: 1, there: 1, refused: 1 },
    rows: [
      { source: 'line 6, hosts[0].credentials[0]', result: 'created', creates: ['host', 'password'], zone: 'production', host: 'web-1', account: 'operator', name: 'password' },
      { source: 'line 10, hosts[1].credentials[0]', result: 'there', creates: [], zone: 'production', host: 'web-2', account: 'operator', name: 'password' },
      { source: 'line 14, hosts[2].credentials[0]', result: 'refused', creates: [], zone: null, host: 'web-3', account: 'deploy', name: null, reason: 'names a file, and none is read here; give the secret itself in the text, or use `rekey import`', field: 'privateKeyFile' }
    ],
    notes: []
  }]
})
