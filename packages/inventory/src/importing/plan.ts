import { isRekeyError } from '@rekey/domain'
import type { AcceptedRow, InventoryHost, Row } from '../row.ts'
import { checkAdoptable, type KeyReader } from './adoptable.ts'
import type { ImportTarget, KnownCredential, KnownHost, KnownZone } from './target.ts'
import { wayOf, withWays } from './ways.ts'

/** `create` becomes `created` or `refused` when it is done, or `not-done` when the target went away before. */
export type Outcome = 'create' | 'created' | 'there' | 'refused' | 'not-done'

/** What becomes of one row. */
export interface Step {
  readonly row: Row
  outcome: Outcome
  /** What this row creates, or would; of one that was refused on the way, what of it came to be. */
  creates: ReadonlyArray<'host' | 'key' | 'password'>
  reason: string | undefined
  field: string | undefined
}

/** What the target has in each zone that the rows name. @throws RekeyError of the target, but for a zone that it doesn't have */
export async function lookUp (target: Pick<ImportTarget, 'hosts' | 'credentials'>, rows: readonly Row[]): Promise<Map<string, KnownZone>> {
  const zones = new Map<string, KnownZone>()
  for (const zone of new Set(rows.flatMap(row => row.result === 'accepted' ? [row.host.zone] : []))) zones.set(zone, await lookInto(target, zone))
  return zones
}

async function lookInto (target: Pick<ImportTarget, 'hosts' | 'credentials'>, zone: string): Promise<KnownZone> {
  try {
    const [hosts, credentials] = [await target.hosts(zone), await target.credentials(zone)]
    return {
      hosts: new Map(hosts.map(host => [host.id, host])),
      // A key that the worker refused to adopt may be handed over again: that is how it is mended.
      credentials: new Set(credentials.filter(({ status }) => status !== 'refused').map(placeOf)),
      refused: undefined
    }
  } catch (error) {
    if (!isRekeyError(error, 'zone/unknown')) throw error
    return { hosts: new Map(), credentials: new Set(), refused: error.message }
  }
}

function placeOf ({ host, account, name }: Pick<KnownCredential, 'host' | 'account' | 'name'>): string {
  return `${host}/${account}/${name}`
}

/** The name under which a secret is kept to which the inventory gives none: its kind. */
export function nameOf ({ name, kind }: NonNullable<AcceptedRow['credential']>): string {
  return name ?? kind
}

/** @param zones what the target has; empty when it was not asked */
export function plan (rows: readonly Row[], zones: ReadonlyMap<string, KnownZone>, keys: KeyReader): Step[] {
  const hostsToCome = new Set<string>()
  return withWays(rows, zones).map(row => {
    if (row.result === 'refused') return { row, outcome: 'refused', creates: [], reason: row.reason, field: row.field }
    const { host, credential } = row
    const known = zones.get(host.zone)
    const refused = whyNot(row, known, keys)
    if (refused !== undefined) return { row, outcome: 'refused', creates: [], ...refused }
    const creates: Array<'host' | 'key' | 'password'> = []
    const key = `${host.zone}/${host.id}`
    if (known?.hosts.has(host.id) !== true && !hostsToCome.has(key)) creates.push('host')
    hostsToCome.add(key)
    if (credential !== undefined && known?.credentials.has(placeOf({ host: host.id, account: credential.account, name: nameOf(credential) })) !== true) creates.push(credential.kind === 'password' ? 'password' : 'key')
    return { row, outcome: creates.length === 0 ? 'there' : 'create', creates, reason: undefined, field: undefined }
  })
}

function whyNot (row: AcceptedRow, zone: KnownZone | undefined, keys: KeyReader): { reason: string, field: string } | undefined {
  if (zone?.refused !== undefined) return { reason: zone.refused, field: 'zone' }
  const known = zone?.hosts.get(row.host.id)
  const differs = known === undefined ? undefined : difference(row.host, known)
  if (differs !== undefined) return differs
  try {
    checkAdoptable(row, keys)
    return undefined
  } catch (error) {
    if (!isRekeyError(error)) throw error
    return { reason: error.message, field: String(error.detail.field ?? 'hostKeys') }
  }
}

/** A key must not go to a host that only has the same name. Labels may differ: they lead nobody anywhere. */
function difference (host: InventoryHost, known: KnownHost): { reason: string, field: string } | undefined {
  const { address, port, trust, legacyAlgorithms = [] } = host
  if (known.address.toLowerCase() !== address.toLowerCase() || known.port !== port) {
    return { reason: 'Rekey has a host of this id at another address or port; give this one another id, or redirect that one', field: 'address' }
  }
  if (known.via !== (wayOf(host).via ?? null)) {
    return { reason: 'Rekey reaches the host of this id another way; give this one another id, or redirect that one', field: 'via' }
  }
  if (trust.mode === 'pinned' && known.hostKeys.length > 0 && !trust.keys.some(key => known.hostKeys.includes(key))) {
    return { reason: 'Rekey has other keys pinned for the host of this id; find out which are right', field: 'hostKeys' }
  }
  if (legacyAlgorithms.some(name => known.legacyAlgorithms?.includes(name) !== true)) {
    return { reason: 'Rekey has the host of this id without these exceptions, and a host never changes; give this one another id', field: 'legacyAlgorithms' }
  }
  return undefined
}

export function countOutcomes (steps: readonly Step[]): Record<Outcome, number> {
  const counts: Record<Outcome, number> = { create: 0, created: 0, there: 0, refused: 0, 'not-done': 0 }
  for (const { outcome } of steps) counts[outcome] += 1
  return counts
}
