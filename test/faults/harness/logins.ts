import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Stack, VaultHttp } from '@rekey/local'

/** A stack's Vault with the login of one of its services. */
export async function asService (stack: Stack, service: string): Promise<VaultHttp> {
  const { roleIdFile, secretIdFile } = stack.credentials(service)
  const [roleId, secretId] = await Promise.all([readFile(roleIdFile, 'utf8'), readFile(secretIdFile, 'utf8')])
  return stack.vaultHttp.as(await stack.vaultHttp.loginRole(roleId, secretId))
}

/** The same with the login of the zone's operator, or of its second person. */
export async function asPerson (stack: Stack, zone: string, who: Who = 'operator'): Promise<VaultHttp> {
  const { username, passwordFile } = personOf(stack, zone, who)
  return stack.vaultHttp.as(await stack.vaultHttp.loginPerson(username, await readFile(passwordFile, 'utf8')))
}

export type Who = 'operator' | 'responder'

/** A person of a zone, as the set-up has made him. */
export function personOf (stack: Stack, zone: string, who: Who = 'operator'): { username: string, passwordFile: string } {
  if (!stack.zones.some(({ name }) => name === zone)) throw new Error(`there is no zone ${zone}`)
  return { username: `${who}-${zone}`, passwordFile: join(stack.dir, 'secrets', `${who}-${zone}-password`) }
}
