import { readFile } from 'node:fs/promises'
import { parseName, Secret } from '@rekey/domain'
import { createOperator, createVaultClient } from '@rekey/vault'
import type { Account } from './fleet.ts'
import type { System } from './system.ts'

/** As `rekey hold clear` does it, with the login of the zone's operator. */
export async function clearHold ({ stack }: System, { zone, host, account, kind }: Account): Promise<void> {
  const login = stack.zones.find(({ name }) => name === zone)?.operator
  const client = createVaultClient({
    address: stack.vault.address,
    caFile: stack.caFile,
    login: { method: 'userpass', username: login?.username ?? '', password: Secret.of((await readFile(login?.passwordFile ?? '', 'utf8')).trim()) }
  })
  const operator = createOperator({ client, zone })
  try {
    if (await operator.clearHold(parseName(`${zone}/${host}/${account}/${kind}`), 'looked at it') === undefined) throw new Error('there was no hold')
  } finally {
    await operator.close()
  }
}
