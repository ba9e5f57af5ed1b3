import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ownFolder, writeOwned } from './files.ts'
import { inside, layout, vaultFiles } from './layout.ts'
import { uids } from './plan.ts'
import { ready, type StackProcess } from './processes.ts'
import type { StackRecord } from './record.ts'
import type { VaultProgram } from './tools.ts'
import type { VaultHttp } from './vault-http.ts'

/** @param rootByUnsealKey lets whoever has the unseal key make a root token, which OpenBao does not unless it is told to */
export async function writeVaultConfig ({ dir, uidBase, ports }: Pick<StackRecord, 'dir' | 'uidBase' | 'ports'>, program: VaultProgram, { rootByUnsealKey = false } = {}): Promise<void> {
  const paths = layout(dir)
  const uid = uids(uidBase).vault
  await ownFolder(paths.vault, 0, 0o755)
  await ownFolder(paths.vaultData, uid, 0o700)
  await ownFolder(paths.vaultAudit, uid, 0o700)
  const template = await readFile(join(vaultFiles, program.kind === 'bao' ? 'bao.hcl' : 'vault.hcl'), 'utf8')
  const text = template
    .replaceAll('FOLDER', inside)
    .replaceAll('CLUSTER', String(ports.vaultCluster))
    .replaceAll('SERVICES', String(ports.vaultServices))
    .replaceAll('PORT', String(ports.vault))
    .replace('listener "tcp" {', rootByUnsealKey && program.kind === 'bao' ? 'listener "tcp" {\n  disable_unauthed_generate_root_endpoints = false' : '$&')
  await writeOwned(paths.vaultConfig, text, 0, 0o644)
}

/** 200 in service, 429 standby, 472/473 replicas, 501 not initialised, 503 sealed; undefined while nobody answers. */
export async function vaultHealth (vault: VaultHttp): Promise<number | undefined> {
  return await vault.send('GET', 'sys/health').then(reply => reply.status, () => undefined)
}

/** Waits until Vault answers at all. @returns its health, as `vaultHealth` says it */
export async function awaitVault (process: StackProcess, vault: VaultHttp): Promise<number> {
  let health: number | undefined
  await ready(process, 30, async () => {
    health = await vaultHealth(vault)
    return health !== undefined
  })
  return health ?? 0
}

/** Makes the one key share and stores it. @returns the root token, which lives until the set-up's end */
export async function initialise (vault: VaultHttp, unsealKeyFile: string): Promise<string> {
  const made = await vault.must('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 })
  const [key = ''] = made['keys_base64'] as string[]
  await writeOwned(unsealKeyFile, key, 0, 0o600)
  return made['root_token'] as string
}

export async function unseal (process: StackProcess, vault: VaultHttp, unsealKeyFile: string): Promise<void> {
  await vault.must('PUT', 'sys/unseal', { key: await readFile(unsealKeyFile, 'utf8') })
  await ready(process, 30, async () => await vaultHealth(vault) === 200)
}

/** A root token of whoever has the unseal key. Its holder revokes it. */
export async function rootByUnsealKey (vault: VaultHttp, unsealKeyFile: string): Promise<VaultHttp> {
  // One that was cut short stands in the way.
  await vault.must('DELETE', 'sys/generate-root/attempt')
  const { nonce, otp } = await vault.must('PUT', 'sys/generate-root/attempt', {}) as { nonce: string, otp: string }
  const made = await vault.must('PUT', 'sys/generate-root/update', { nonce, key: await readFile(unsealKeyFile, 'utf8') })
  const pad = Buffer.from(otp)
  const token = Buffer.from(made['encoded_token'] as string, 'base64').map((byte, index) => byte ^ (pad[index] ?? 0))
  return vault.as(Buffer.from(token).toString())
}
