import { setImmediate } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { readAnsible } from './ansible/read-ansible.ts'
import { judge } from './judge.ts'
import { KnownHosts } from './known-hosts.ts'
import { readOpenSsh } from './openssh/read-openssh.ts'
import type { Proposal, RefusedProposal } from './proposal.ts'
import { malformed } from './refusal.ts'
import { readRekeyFormat } from './rekey-format.ts'
import type { AcceptedRow, Note, ReadInventory, Row } from './row.ts'
import { SecretFiles, type Files } from './secret-files.ts'
import type { ZoneChoice } from './zone-choice.ts'

export const inventoryFormats = ['rekey', 'ansible', 'openssh'] as const
export type InventoryFormat = typeof inventoryFormats[number]

export interface InventoryOptions extends Files {
  readonly format: InventoryFormat
  /** For hosts that don't name their zone themselves. */
  readonly zone: ZoneChoice
  /** The text of a known_hosts file, for hosts whose keys the inventory doesn't name. */
  readonly knownHosts: string | undefined
  /** Takes hosts without a known key, too: the worker pins the one that it is shown. */
  readonly trustFirstUse: boolean
  /** An inventory of more hosts is refused as a whole: a range of a few characters can name a hundred thousand. */
  readonly mostHosts?: number
  /** Ends the reading, which then throws an AbortError. */
  readonly signal?: AbortSignal
}

/** In characters: ten thousand hosts with a thousand characters each. */
const mostText = 10_000_000

/**
 * Reads an inventory. Each host and credential is accepted or refused by itself, and secrets come as `Secret`.
 * @throws RekeyError `input/invalid`, naming line or field, when the text is no inventory of that format at all
 */
export async function readInventory (text: string, options: InventoryOptions): Promise<ReadInventory> {
  const { proposals, notes } = propose(text, options.format)
  const { mostHosts = Infinity, signal } = options
  if (proposals.length > mostHosts) throw malformed(`there are ${proposals.length} hosts, and at most ${mostHosts} are taken at once; split it`)
  const knownHosts = options.knownHosts === undefined ? undefined : new KnownHosts(options.knownHosts)
  const files = new SecretFiles(options)
  const by = { zone: options.zone, knownHosts, trustFirstUse: options.trustFirstUse, readSecret: files.secretOf.bind(files) }
  const rows: Row[] = []
  for (const proposal of proposals.toSorted((a, b) => lineOf(a.source) - lineOf(b.source))) {
    rows.push(...await judge(proposal, by))
    // A thousand hashed lines of known_hosts cost a thousand hashes a host: others get their turn in between.
    await setImmediate(undefined, { signal })
  }
  return { rows: refuseRepeated(rows), notes: [...knownHosts?.notes ?? [], ...notes] }
}

function propose (text: string, format: InventoryFormat): { proposals: Array<Proposal | RefusedProposal>, notes: readonly Note[] } {
  if (text.length > mostText) throw malformed(`the inventory is longer than ${mostText} characters; split it`)
  if (text.includes('\0')) throw malformed('the inventory is no text')
  if (format === 'rekey') return { proposals: readRekeyFormat(text), notes: [] }
  return format === 'openssh' ? readOpenSsh(text) : readAnsible(text)
}

function lineOf (source: string): number {
  return Number(/\d+/.exec(source)?.[0])
}

/** The same host told in two ways, or one credential twice: the first one counts, the others are refused. */
function refuseRepeated (rows: readonly Row[]): Row[] {
  const hosts = new Map<string, AcceptedRow>()
  const credentials = new Map<string, AcceptedRow>()
  return rows.map(row => {
    if (row.result === 'refused') return row
    const { host, credential, source } = row
    const refused = { source, result: 'refused' as const, host: host.id, account: credential?.account }
    const hostKey = `${host.zone}/${host.id}`
    const first = hosts.get(hostKey) ?? row
    hosts.set(hostKey, first)
    if (first.host !== host && !isDeepStrictEqual(first.host, host)) {
      return { ...refused, field: 'host', reason: `has the same id as the host on ${first.source}, and differs from it; give it another name, or make them one` }
    }
    if (credential === undefined) return row
    const key = `${hostKey}/${credential.account}/${credential.name ?? credential.kind}`
    const earlier = credentials.get(key)
    if (earlier === undefined) {
      credentials.set(key, row)
      return row
    }
    return { ...refused, field: 'name', reason: `the credential of ${earlier.source} has the same host, account and name; give one of them a name of its own` }
  })
}
