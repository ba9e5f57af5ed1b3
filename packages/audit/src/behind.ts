import { findJournals } from './folders.ts'
import type { Position, Readable } from './tail.ts'

/** How many entries a trail has behind a position, over all its journals; behind one whose journal is gone, all that there are. */
export async function entriesBehind (trail: Readable, position: Position): Promise<number> {
  const head = trail.head()
  if (position.journal === head.journal) return head.n - position.n
  const journals = await findJournals(trail.dirs)
  const [oldest] = journals
  let count = 0
  let at: Position = journals.some(({ name }) => name === position.journal) ? position : { journal: oldest?.name ?? head.journal, n: 0 }
  while (at.journal !== head.journal) {
    const next = journals.find(({ after }) => after?.journal === at.journal)
    if (next?.after === undefined) break
    count += next.after.n - at.n
    at = { journal: next.name, n: 0 }
  }
  return at.journal === head.journal ? count + head.n - at.n : count
}
