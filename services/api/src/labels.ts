import { formatLabels, isSameLabels, retryConflicts, type HostRecord, type Labels } from '@rekey/domain'
import type { CallerPorts } from './caller-ports.ts'
import type { Inventory } from './inventory-port.ts'
import { findHost } from './hosts.ts'
import { demandVersion } from './preconditions.ts'

/** A zone's hosts by id, with their labels as they stand now. */
export async function labelledHosts (inventory: Inventory, zone: string): Promise<HostRecord[]> {
  const [hosts, changed] = await Promise.all([inventory.hosts(zone), inventory.labels(zone)])
  return hosts.map(host => ({ ...host, labels: changed.get(host.id) ?? host.labels }))
}

export interface LabelledHost {
  readonly zone: string
  readonly id: string
  readonly labels: Labels
}

/** A host's labels, and their version. @throws RekeyError `host/unknown`, `vault/*` */
export async function readLabels (ports: CallerPorts, zone: string, id: string): Promise<{ host: LabelledHost, version: number }> {
  const record = await findHost(ports, zone, id)
  const { labels = record.labels, version } = await ports.inventory.hostLabels(zone, id)
  return { host: { zone, id, labels }, version }
}

/**
 * Replaces a host's labels.
 * @param ifMatch the header; without it, whatever they are
 * @throws RekeyError `host/unknown`, `request/precondition-failed`, `audit/unwritable`, `vault/*`
 */
export async function replaceLabels (ports: CallerPorts, { zone, id, labels }: LabelledHost, ifMatch: string | undefined): Promise<{ host: LabelledHost, version: number }> {
  // Beaten once, it is looked at again: with `If-Match` it is another one now.
  return await retryConflicts(async () => {
    const found = await readLabels(ports, zone, id)
    demandVersion(ifMatch, found.version)
    if (isSameLabels(found.host.labels, labels)) return found
    await ports.audit.record({ act: 'host.label', target: `${zone}/${id}`, detail: `from ${wordsFor(found.host.labels)} to ${wordsFor(labels)}` })
    const version = await ports.inventory.replaceLabels({ zone, host: id, labels, changedBy: ports.actor, changedAt: ports.now().toISOString() }, found.version)
    return { host: { zone, id, labels }, version }
  })
}

function wordsFor (labels: Labels): string {
  return formatLabels(labels) || 'none'
}
