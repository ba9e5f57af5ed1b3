import { readFile, rename, writeFile } from 'node:fs/promises'
import { layout } from './layout.ts'
import type { ProcessRecord } from './processes.ts'

export interface ZoneOptions {
  readonly name: string
  /** What the zone's worker may dial, as `address/bits`. */
  readonly allowedNetworks: readonly string[]
}

/** All listen on 127.0.0.1. */
export interface Ports {
  readonly vault: number
  /** Where Vault demands a service's certificate. */
  readonly vaultServices: number
  /** Raft's own, which OpenBao insists on. */
  readonly vaultCluster: number
  readonly redis: number
  readonly api: number
  /** One for each zone. */
  readonly brokers: readonly number[]
}

/** stack.json: what people and commands need to find the stack again. Paths of secret files, and no secret. */
export interface StackRecord {
  readonly version: 1
  /** False until Vault is set up once: a folder left like that is begun anew. */
  complete: boolean
  readonly dir: string
  readonly uidBase: number
  readonly caFile: string
  readonly ports: Ports
  /** `address` is for people, `servicesAddress` for who has a service's certificate. */
  readonly vault: { readonly address: string, readonly servicesAddress: string, readonly program: string, readonly auditFiles: readonly string[] }
  readonly redis: { readonly host: string, readonly port: number }
  readonly redisAdmin: { readonly user: string, readonly passwordFile: string }
  readonly api: { readonly url: string, readonly tokenFile: string }
  zones: Array<ZoneOptions & { readonly mount: string, readonly operator: { readonly username: string, readonly passwordFile: string }, readonly broker: { readonly url: string } }>
  /** Whether each zone has a broker that runs. */
  brokers: boolean
  /** Hash of the policies that are in Vault. */
  policies: string
  /** Extra REKEY_* of the services. */
  settings: Record<string, string>
  processes: ProcessRecord[]
}

/** @returns undefined when there is no stack in that folder, or one of another version */
export async function readRecord (dir: string): Promise<StackRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(layout(dir).record, 'utf8')) as StackRecord
    return (record.version as number) === 1 ? record : undefined
  } catch {
    return undefined
  }
}

/** Replaces stack.json in one go, so that a reader never sees half of it. */
export async function writeRecord (record: StackRecord): Promise<void> {
  const file = layout(record.dir).record
  await writeFile(`${file}.new`, JSON.stringify(record, null, 2) + '\n', { mode: 0o644 })
  await rename(`${file}.new`, file)
}
