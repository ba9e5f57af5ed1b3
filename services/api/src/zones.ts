import { RekeyError } from '@rekey/domain'
import type { Zone } from './inventory-port.ts'

/** @throws RekeyError `zone/unknown` */
export function findZone (zones: readonly Zone[], name: string, field = 'zone'): Zone {
  const zone = zones.find(zone => zone.name === name)
  if (zone === undefined) {
    throw new RekeyError('zone/unknown', `${field}: no zone of that name; the zones are ${zones.map(zone => zone.name).join(', ')}`, { field })
  }
  return zone
}

/** The zones that a filter leaves, in the order of lists, whose keys begin with `zone/`: `-` comes before `/`. @throws RekeyError `zone/unknown` */
export function zonesFor (zones: readonly Zone[], name: string | undefined): readonly Zone[] {
  const chosen = name === undefined ? [...zones] : [findZone(zones, name)]
  return chosen.sort((a, b) => `${a.name}/` < `${b.name}/` ? -1 : 1)
}
