import { formatName, type Decision, type Place } from '@rekey/domain'
import type { Log } from '@rekey/rotation'
import type { CallerPorts } from './caller-ports.ts'
import type { Zone } from './inventory-port.ts'
import { requestVisits } from './orders.ts'

/**
 * Ends the observation of a host or of a credential, once and for all. A queue that is away delays, but loses nothing:
 * workers find releases in Vault.
 * @returns the release on record, which may be an earlier one
 * @throws RekeyError `audit/unwritable`, `vault/*`
 */
export async function releasePlace (ports: CallerPorts, zone: Zone, { place, reason }: { readonly place: Place, readonly reason: string }, log: Log): Promise<Decision> {
  const earlier = await ports.inventory.release(place)
  if (earlier !== undefined) return earlier
  const [act, target] = 'account' in place ? ['credential.manage', formatName(place)] : ['host.manage', `${place.zone}/${place.host}`]
  await ports.audit.record({ act, target, reason })
  const release = await ports.inventory.createRelease(place, { by: ports.actor, at: ports.now().toISOString(), reason })
  await requestVisits(zone, [place.host], log)
  return release
}
