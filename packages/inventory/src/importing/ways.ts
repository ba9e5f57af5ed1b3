import { formatVia, type Via } from '@rekey/domain'
import type { AcceptedRow, InventoryHost, RefusedRow, Row } from '../row.ts'
import type { KnownZone } from './target.ts'

/** One of the jump hosts that an inventory names: `[user@]host[:port]`. */
interface Jump {
  readonly user: string | undefined
  readonly host: string
  readonly port: number | undefined
}

/**
 * What an inventory says of jump hosts, as Rekey keeps it: the credential of another host of the zone, which is imported with this one
 * or is there already. A row whose way can't be told is refused: nobody dials it past its jump host.
 * @param zones what the target has
 */
export function withWays (rows: readonly Row[], zones: ReadonlyMap<string, KnownZone>): Row[] {
  const accepted = rows.filter((row) => row.result === 'accepted')
  const firstOf = new Map<string, AcceptedRow>()
  for (const row of accepted) if (!firstOf.has(keyOf(row.host))) firstOf.set(keyOf(row.host), row)

  return rows.map((row) => {
    if (row.result === 'refused') return row
    const text = row.credential?.via
    if (firstOf.get(keyOf(row.host))?.credential?.via !== text) return refuse(row, 'an earlier row reaches its host another way; write the same way in both, or give them two ids')
    if (text === undefined) return row
    const jumps = text.split(',').map(read)
    const nearest = jumps.at(-1)
    const via = nearest === undefined ? undefined : ownRow(nearest, row.host) ?? there(nearest, zones.get(row.host.zone))
    if (via === undefined) return refuse(row, 'its jump host, with the user that it names and a secret of that user, is neither in this inventory nor in Rekey; add it there')
    return jumps.length > 1 && !isWayOf(via.host, row.host.zone, text.slice(0, text.lastIndexOf(',')))
      ? refuse(row, 'of several jump hosts, each has to be reached through the one before it; write that way where the jump host itself stands')
      : { ...row, host: { ...row.host, via } }
  })

  /** A key before a password: a jump host is logged in on often. */
  function ownRow (jump: Jump, { zone, id }: InventoryHost): Via | undefined {
    const found = accepted.filter(({ host, credential }) => credential !== undefined && host.zone === zone && host.id !== id && isMeant(jump, host) && (jump.user ?? credential.account) === credential.account)
    const { host, credential } = found.find((one) => one.credential?.kind === 'ssh-key') ?? found[0] ?? {}
    return host === undefined || credential === undefined ? undefined : { host: host.id, account: credential.account, name: credential.name ?? credential.kind }
  }

  function isWayOf (host: string, zone: string, text: string): boolean {
    const own = firstOf.get(`${zone}/${host}`)?.credential?.via
    if (own !== undefined) return own === text
    const known = zones.get(zone)?.hosts.get(host)?.via
    return known !== undefined && known !== null
  }
}

function there (jump: Jump, zone: KnownZone | undefined): Via | undefined {
  const host = [...zone?.hosts.values() ?? []].find((known) => isMeant(jump, known))
  const names = [...zone?.credentials ?? []].map((place) => place.split('/')).filter(([of, account]) => of === host?.id && (jump.user ?? account) === account)
  const [, account, name] = names.find(([, , kind]) => kind !== 'password') ?? names[0] ?? []
  return host === undefined || account === undefined || name === undefined ? undefined : { host: host.id, account, name }
}

function isMeant (jump: Jump, { id, address, port }: Pick<InventoryHost, 'id' | 'address' | 'port'>): boolean {
  const name = jump.host.toLowerCase()
  return (id === name.replaceAll('_', '-') || address.toLowerCase() === name) && (jump.port ?? port) === port
}

function read (text: string): Jump {
  const [, user, inBrackets, plain, port] = /^(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text.trim()) ?? []
  return { user, host: inBrackets ?? plain ?? '', port: port === undefined ? undefined : Number(port) }
}

function keyOf ({ zone, id }: InventoryHost): string {
  return `${zone}/${id}`
}

function refuse ({ source, host, credential }: AcceptedRow, reason: string): RefusedRow {
  return { source, result: 'refused', reason, field: 'via', host: host.id, account: credential?.account }
}

/** How many jump hosts lie before each: those that others go through come first. Ways that go round have no end, and are refused when they are created. */
export function depthOf (host: InventoryHost, hosts: ReadonlyMap<string, InventoryHost>): number {
  const passed = new Set<string>()
  for (let next: InventoryHost | undefined = host; next?.via !== undefined && !passed.has(next.id);) {
    passed.add(next.id)
    next = hosts.get(`${next.zone}/${next.via.host}`)
  }
  return passed.size
}

/** As the API takes it. */
export function wayOf ({ via }: InventoryHost): { via?: string } {
  return via === undefined ? {} : { via: formatVia(via) }
}
