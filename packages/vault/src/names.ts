import { checkName } from '@rekey/domain'
import type { CredentialName, NameKind } from '@rekey/domain'
import { bounded } from './bounded.ts'
import type { KvMount } from './kv.ts'

/** Lists of one folder that are asked for at the same time. */
const parallelLists = 16

/** What somebody has put beside our documents under a name that is none. */
export function wellFormed (kind: NameKind, names: readonly string[]): string[] {
  return names.filter(name => {
    try {
      return checkName(kind, name) === name
    } catch {
      return false
    }
  })
}

export type Folder = 'credentials' | 'adoptions' | 'states' | 'managed'

/** Hosts that have a document in that folder, ascending. */
export async function hostsIn (mount: KvMount, folder: Folder): Promise<string[]> {
  return wellFormed('host', (await mount.list([folder])).folders)
}

/** Names of a host's documents in that folder, by account and name. */
export async function namesOf (mount: KvMount, folder: Folder, zone: string, host: string): Promise<CredentialName[]> {
  const accounts = wellFormed('account', (await mount.list([folder, checkName('host', host)])).folders)
  const lists = await bounded(accounts, parallelLists, async account =>
    wellFormed('credential', (await mount.list([folder, host, account])).documents).map(name => ({ zone, host, account, name })))
  return lists.flat()
}

/** The order of lists: by host, account and name, by code unit. */
export function compareNames (a: CredentialName, b: CredentialName): number {
  for (const part of ['host', 'account', 'name'] as const) {
    if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1
  }
  return 0
}
