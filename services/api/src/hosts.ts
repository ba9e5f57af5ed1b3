import { RekeyError, type HostRecord } from '@rekey/domain'
import type { CallerPorts } from './caller-ports.ts'

/** @throws RekeyError `host/unknown`, `vault/*` */
export async function findHost ({ inventory }: CallerPorts, zone: string, id: string): Promise<HostRecord> {
  const record = await inventory.host(zone, id)
  if (record === undefined) throw new RekeyError('host/unknown', `there is no host ${zone}/${id}; GET /v1/hosts lists those there are`, { field: 'id' })
  return record
}
