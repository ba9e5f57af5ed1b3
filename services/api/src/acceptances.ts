import { createHash } from 'node:crypto'
import { RekeyError, retryConflicts, type Acceptance } from '@rekey/domain'
import type { CallerPorts } from './caller-ports.ts'
import type { Finding } from './findings/finding.ts'
import type { Inventory } from './inventory-port.ts'

/** A document of Vault holds 1 MiB. */
const mostAcceptances = 2000

/** A finding, and who of which zone has accepted it as it is. */
export interface JudgedFinding extends Finding {
  /** Whether that has been said for every zone that it touches. */
  readonly accepted: boolean
  readonly acceptances: ReadonlyArray<Omit<Acceptance, 'digest'> & { readonly zone: string }>
}

/** Says of each finding whether it is accepted. */
export async function judge (findings: readonly Finding[], { inventory, zones }: CallerPorts): Promise<JudgedFinding[]> {
  const known = new Map(await Promise.all(zones.map(async ({ name }) => [name, (await inventory.acceptances(name)).accepted] as const)))
  return findings.map(finding => {
    const touched = zonesOf(finding)
    const acceptances = touched.flatMap(zone => {
      const { digest, ...acceptance } = known.get(zone)?.[finding.id] ?? {}
      return digest === digestIn(zone, finding) ? [{ zone, ...acceptance } as JudgedFinding['acceptances'][number]] : []
    })
    return { ...finding, accepted: acceptances.length === touched.length, acceptances }
  })
}

/** Accepts, for one zone, a finding as it is now. @throws RekeyError `finding/unknown`, `input/unprocessable`, `audit/unwritable`, `vault/*` */
export async function accept (ports: CallerPorts, zone: string, finding: Finding, reason: string): Promise<void> {
  await ports.audit.record({ act: 'finding.accept', target: `${zone}/${finding.id}`, reason, detail: `${finding.kind}: ${finding.places.join(', ')}`.slice(0, 500) })
  const acceptance = { by: ports.actor, at: ports.now().toISOString(), reason, digest: digestIn(zone, finding) }
  await change(ports.inventory, zone, (accepted) => ({ ...accepted, [finding.id]: acceptance }))
}

/** Takes that back. */
export async function withdraw (ports: CallerPorts, zone: string, { id }: Finding): Promise<void> {
  await ports.audit.record({ act: 'finding.withdraw', target: `${zone}/${id}` })
  await change(ports.inventory, zone, ({ [id]: _, ...rest }) => rest)
}

/** @throws RekeyError `finding/unknown` */
export function findingOf (findings: readonly Finding[], zone: string, id: string): Finding {
  const found = findings.find(finding => finding.id === id && zonesOf(finding).includes(zone))
  if (found === undefined) throw new RekeyError('finding/unknown', `there is no finding ${id} in ${zone}; GET /v1/findings lists those there are`, { field: 'id' })
  return found
}

async function change (inventory: Inventory, zone: string, next: (accepted: Readonly<Record<string, Acceptance>>) => Readonly<Record<string, Acceptance>>): Promise<void> {
  await retryConflicts(async () => {
    const { accepted, version } = await inventory.acceptances(zone)
    const changed = next(accepted)
    if (Object.keys(changed).length > mostAcceptances) throw new RekeyError('input/unprocessable', `a zone keeps ${mostAcceptances} acceptances at most: withdraw those that are over`)
    await inventory.replaceAcceptances(zone, changed, version)
  })
}

function zonesOf ({ places }: Finding): string[] {
  return [...new Set(places.map(place => place.split('/')[0] ?? ''))]
}

/** Of all of a finding that is of that zone. */
function digestIn (zone: string, { id, kind, detail, places }: Finding): string {
  return createHash('sha256').update(JSON.stringify([id, kind, detail ?? null, places.filter(place => place.startsWith(`${zone}/`))])).digest('hex')
}
