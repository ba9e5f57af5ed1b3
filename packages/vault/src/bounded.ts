/** Documents that one call reads at the same time. */
export const parallelReads = 16

/**
 * Works on all items, at most `limit` at a time, and gives the results in the order of the items.
 * The first failure ends it, once what was under way has ended too.
 */
export async function bounded<Item, Result> (items: readonly Item[], limit: number, work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results = new Array<Result>(items.length)
  let next = 0
  let failed = false
  async function lane (): Promise<void> {
    for (let index = next++; index < items.length && !failed; index = next++) {
      try {
        results[index] = await work(items[index] as Item)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, lane))
  for (const outcome of lanes) {
    if (outcome.status === 'rejected') throw outcome.reason
  }
  return results
}
