import { readInventory, type InventoryFormat, type InventoryOptions, type Note, type Row } from '@rekey/inventory'

/** The files that inventories in these tests name. */
export const files: Readonly<Record<string, string>> = {
  '/keys/web': 'KEY-OF-WEB',
  '/keys/db': 'KEY-OF-DB',
  '/inventories/keys/relative': 'KEY-BESIDE-THE-INVENTORY',
  '/home/ada/.ssh/id_ed25519': 'KEY-OF-ADA',
  '/keys/password': 'p4ss in a file\n',
  '/keys/empty': '',
  '/keys/long': 'x'.repeat(20_000)
}

export async function read (format: InventoryFormat, text: string, changes: Partial<InventoryOptions> = {}): Promise<{ rows: readonly Row[], notes: readonly Note[] }> {
  return await readInventory(text, {
    format,
    zone: 'production',
    knownHosts: undefined,
    trustFirstUse: true,
    baseDir: '/inventories',
    home: '/home/ada',
    readFile: async path => {
      const text = files[path]
      return await (text === undefined ? Promise.reject(new Error(`no ${path}, and here is a secret: hunter2`)) : Promise.resolve(text))
    },
    ...changes
  })
}

/** Each row as one line, with its secret in the clear. */
export async function told (format: InventoryFormat, text: string, changes: Partial<InventoryOptions> = {}): Promise<string[]> {
  return (await read(format, text, changes)).rows.map(tell)
}

export function tell (row: Row): string {
  if (row.result === 'refused') return `${row.source}: ${[row.host, row.account].filter(known => known !== undefined).join(' ')} REFUSED ${row.field} ${row.reason}`
  const { zone, id, address, port } = row.host
  const { account, kind, name, secret, via } = row.credential ?? {}
  const opens = account === undefined ? ['-'] : [account, `${kind ?? ''}${name === undefined ? '' : `/${name}`}`, secret?.open(), ...via === undefined ? [] : [`via ${via}`]]
  return `${row.source}: ${zone}/${id} ${address} ${port} ${opens.join(' ')}`
}
