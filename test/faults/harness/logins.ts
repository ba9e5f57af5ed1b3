import { readFile } from 'node:fs/promises'
import type { Stack, VaultHttp } from '@rekey/local'

/** A stack's Vault with the login of one of its services. */
export async function asService (stack: Stack, service: string): Promise<VaultHttp> {
  const { roleIdFile, secretIdFile } = stack.credentials(service)
  const [roleId, secretId] = await Promise.all([readFile(roleIdFile, 'utf8'), readFile(secretIdFile, 'utf8')])
  return stack.vaultHttp.as(await stack.vaultHttp.loginRole(roleId, secretId))
}

/** The same with the login of the zone's operator. */
export async function asPerson (stack: Stack, zone: string): Promise<VaultHttp> {
  const operator = stack.zones.find(({ name }) => name === zone)?.operator
  if (operator === undefined) throw new Error(`there is no zone ${zone}`)
  return stack.vaultHttp.as(await stack.vaultHttp.loginPerson(operator.username, await readFile(operator.passwordFile, 'utf8')))
}
