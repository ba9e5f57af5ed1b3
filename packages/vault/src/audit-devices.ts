import { RekeyError } from '@rekey/domain'
import type { VaultClient } from './client.ts'

/** What one Vault records of its own requests. */
export interface AuditDevices {
  readonly count: number
  /** Those that write secrets as they are: `log_raw` keeps their hashing off. */
  readonly raw: readonly string[]
}

/**
 * Reads which audit devices a Vault has: a right on exactly `sys/audit`, with which none can be made or removed.
 * @throws RekeyError `vault/*`: `vault/forbidden` where the policy lacks that right
 */
export async function readAuditDevices (client: VaultClient): Promise<AuditDevices> {
  const found = await client.read(['sys', 'audit'])
  const devices = typeof found === 'object' && found !== null ? Object.entries(found as Record<string, unknown>) : []
  return { count: devices.length, raw: devices.filter(([, device]) => writesRaw(device)).map(([path]) => path) }
}

function writesRaw (device: unknown): boolean {
  const options = (device as { options?: Record<string, unknown> | null } | null)?.options
  const raw = options?.['log_raw']
  return raw === true || (typeof raw === 'string' && /^(?:1|t|true)$/i.test(raw))
}

/**
 * Vault refuses everything once its only device can't be written, and without one nobody can tell who read a secret.
 * @returns what is to be mended, or nothing
 * @throws RekeyError `config/invalid` where secrets would be written into an audit file
 */
export function judgeAuditDevices ({ count, raw }: AuditDevices): string | undefined {
  if (raw.length > 0) {
    throw new RekeyError('config/invalid', `Vault's audit device ${raw.join(', ')} has log_raw set and writes every secret in the clear: enable it anew without log_raw, and burn what it has seen`)
  }
  if (count === 0) return 'Vault keeps no audit log, so nobody can tell who has read a secret: enable two audit devices'
  return count === 1 ? 'Vault has one audit device, and refuses every request when that one can\'t be written: enable a second one on another disk' : undefined
}
