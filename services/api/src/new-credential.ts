import type { Static } from 'typebox'
import { formatName, parseThrough, RekeyError, type CredentialName } from '@rekey/domain'
import type { Log } from '@rekey/rotation'
import { takeSecret } from './handed-over.ts'
import type { CallerPorts } from './caller-ports.ts'
import { credentialLeaves, hostLeaves } from './leaves.ts'
import { requestVisits } from './orders.ts'
import type { NewCredential } from './schemas/credential.ts'
import { findZone } from './zones.ts'

export interface HandedOverCredential {
  readonly name: CredentialName
  /** Null for a password, which only workers may ask Vault for. */
  readonly fingerprint: string | null
}

/**
 * Hands a secret over to the zone's worker, and takes it out of the body.
 * @throws RekeyError naming the field, `audit/unwritable`, `vault/*`
 */
export async function handOver (ports: CallerPorts, body: Static<typeof NewCredential>, log: Log): Promise<HandedOverCredential> {
  const secret = takeSecret(body)
  const fingerprint = 'password' in secret ? null : secret.fingerprint
  const { zone: zoneName, host, account, name: own = 'password' in secret ? 'password' : 'ssh-key', observe = false } = body
  const name: CredentialName = { zone: zoneName, host, account, name: own }
  const zone = findZone(ports.zones, zoneName)
  const record = await ports.inventory.host(zoneName, host)
  if (record === undefined) {
    throw new RekeyError('host/unknown', `host: ${zoneName} has no host ${host}; add it with POST /v1/hosts first`, { field: 'host' })
  }
  if (record.leave !== undefined) throw hostLeaves(record, 'and takes nothing new', 'host')
  const through = body.through === undefined ? null : parseThrough(body.through)
  await checkStays(ports, name, 'and a name is never used again; give the new one another', 'name')
  if (through !== null) await checkStays(ports, { ...name, ...through }, 'so nothing new is changed through it; name another one', 'through')
  if (await ports.inventory.credentialExists(name)) {
    throw new RekeyError('credential/exists', `${formatName(name)} is managed or being adopted already; give the new one another name, or look at it under /v1/credentials/${formatName(name)}`, { field: 'name' })
  }
  const order = await ports.inventory.highestOrder(zoneName)
  await ports.audit.record({ act: 'adoption.create', target: formatName(name), ...(fingerprint === null ? {} : { fingerprint }), ...(observe ? { detail: 'observed' } : {}) })
  await ports.inventory.createAdoption({ name, secret, through, order, askedAt: ports.now().toISOString(), askedBy: ports.actor, observe })
  await requestVisits(zone, [host], log)
  return { name, fingerprint }
}

async function checkStays ({ inventory }: CallerPorts, name: CredentialName, consequence: string, field: string): Promise<void> {
  const state = await inventory.state(name)
  if (state !== undefined && state.leaving !== null) throw credentialLeaves(state, formatName(name), consequence, field)
}
