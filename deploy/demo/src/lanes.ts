/** Does all of them, at most `limit` at a time. */
export async function inLanes<T> (items: readonly T[], limit: number, act: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await act(item)
  }))
}
