import { createHash } from 'node:crypto'
import { formatName, type CredentialName } from '../names.ts'

/** As many as a large zone has credentials. */
const mostKept = 65_536
const known = new Map<string, number>()

/** From 0 to 1, spread evenly over all names, and the same for one wherever and whenever it is asked for. */
export function shareOf (name: CredentialName): number {
  const text = formatName(name)
  const kept = known.get(text)
  if (kept !== undefined) return kept
  const share = createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32
  if (known.size >= mostKept) known.clear()
  known.set(text, share)
  return share
}
