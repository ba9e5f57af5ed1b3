import type { Static } from 'typebox'
import { Estate, RekeyError } from '@rekey/domain'
import type { CallerPorts } from './caller-ports.ts'
import { ownOf, readFleet } from './findings/sources.ts'
import type { BlastRadius, NewBlastRadius } from './schemas/blast-radius.ts'
import { findZone } from './zones.ts'

/**
 * What falls with what is said to be stolen, as far as it is known in the caller's zones.
 * @throws RekeyError `zone/unknown`, `host/unknown`, `input/unprocessable`; `vault/*`
 */
export async function blastRadius (ports: CallerPorts, { fingerprints = [], hosts = [], zones = [] }: Static<typeof NewBlastRadius>): Promise<Static<typeof BlastRadius>> {
  if (fingerprints.length + hosts.length + zones.length === 0) throw new RekeyError('input/unprocessable', 'nothing is said to be stolen: name fingerprints, hosts or zones')
  for (const [index, zone] of zones.entries()) findZone(ports.zones, zone, `zones[${index}]`)
  for (const [index, place] of hosts.entries()) {
    const [zone = '', id = ''] = place.split('/')
    findZone(ports.zones, zone, `hosts[${index}]`)
    if (await ports.inventory.host(zone, id) === undefined) throw new RekeyError('host/unknown', `hosts[${index}]: there is no host ${place}; GET /v1/hosts lists those there are`, { field: `hosts[${index}]` })
  }
  const { managed, surveys } = ownOf(await readFleet(ports))
  const estate = new Estate(managed, surveys)
  const ofZones = estate.hosts.filter(place => zones.includes(place.split('/')[0] ?? ''))
  const fallen = estate.blastRadius({ fingerprints, hosts: [...hosts, ...ofZones] })
  const count = (kind: string): number => fallen.filter(one => one.kind === kind).length
  return { counts: { accounts: count('account'), hosts: count('host'), secrets: count('secret') }, fallen, surveyedHosts: surveys.filter(({ result }) => result !== null).length }
}
