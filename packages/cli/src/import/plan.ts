import { isRekeyError } from '@rekey/domain'
import type { AcceptedRow, InventoryHost, Row } from '@rekey/inventory'
import { checkAdoptable } from './adoptable.ts'
import type { Api, KnownCredential, KnownHost } from './api.ts'

/** `create` becomes `created` or `refused` when it is done, or `not-done` when the API went away before. */
export type Outcome = 'create' | 'created' | 'there' | 'refused' | 'not-done'

/** What becomes of one row. */
export interface Step {
  readonly row: Row
  outcome: Outcome
  /** What this row creates, or would. */
  readonly creates: ReadonlyArray<'host' | 'key' | 'password'>
  reason: string | undefined
  field: string | undefined
}

/** What the API has in one zone, or why that zone takes nothing. */
export interface KnownZone {
  readonly hosts: ReadonlyMap<string, KnownHost>
  /** By `host/account/name`. */
  readonly credentials: ReadonlySet<string>
  readonly refused: string | undefined
}

/** @throws RekeyError of the API, but for a zone that it doesn't have */
export async function lookUp (api: Api, zone: string): Promise<KnownZone> {
  try {
    const [hosts, credentials] = [await api.hosts(zone), await api.credentials(zone)]
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

/** The name under which the API keeps a secret that the inventory gives none: its kind. */
export function nameOf ({ name, kind }: NonNullable<AcceptedRow['credential']>): string {
  return name ?? kind
}

/** @param zones what the API has; empty when it was not asked */
export function plan (rows: readonly Row[], zones: ReadonlyMap<string, KnownZone>): Step[] {
  const hostsToCome = new Set<string>()
  return rows.map(row => {
    if (row.result === 'refused') return { row, outcome: 'refused', creates: [], reason: row.reason, field: row.field }
    const { host, credential } = row
    const known = zones.get(host.zone)
    const refused = whyNot(row, known)
    if (refused !== undefined) return { row, outcome: 'refused', creates: [], ...refused }
    const creates: Array<'host' | 'key' | 'password'> = []
    const key = `${host.zone}/${host.id}`
    if (known?.hosts.has(host.id) !== true && !hostsToCome.has(key)) creates.push('host')
    hostsToCome.add(key)
    if (credential !== undefined && known?.credentials.has(placeOf({ host: host.id, account: credential.account, name: nameOf(credential) })) !== true) creates.push(credential.kind === 'password' ? 'password' : 'key')
    return { row, outcome: creates.length === 0 ? 'there' : 'create', creates, reason: undefined, field: undefined }
  })
}

function whyNot (row: AcceptedRow, zone: KnownZone | undefined): { reason: string, field: string } | undefined {
  if (zone?.refused !== undefined) return { reason: zone.refused, field: 'zone' }
  const known = zone?.hosts.get(row.host.id)
  const differs = known === undefined ? undefined : difference(row.host, known)
  if (differs !== undefined) return differs
  try {
    checkAdoptable(row)
    return undefined
  } catch (error) {
    if (!isRekeyError(error)) throw error
    return { reason: error.message, field: String(error.detail.field ?? 'hostKeys') }
  }
}

/** A key must not go to a host that only has the same name. Labels may differ: they lead nobody anywhere. */
function difference ({ address, port, trust }: InventoryHost, known: KnownHost): { reason: string, field: string } | undefined {
  if (known.address.toLowerCase() !== address.toLowerCase() || known.port !== port) {
    return { reason: 'Rekey has a host of this id at another address or port, and a host never changes; give this one another id', field: 'address' }
  }
  if (trust.mode === 'pinned' && known.hostKeys.length > 0 && !trust.keys.some(key => known.hostKeys.includes(key))) {
    return { reason: 'Rekey has other keys pinned for the host of this id; find out which are right', field: 'hostKeys' }
  }
  return undefined
}
