/** Works on all items, `lanes` at a time; the first failure is thrown. */
export async function inParallel<T> (items: readonly T[], lanes: number, work: (item: T) => Promise<void>): Promise<void> {
  const todo = [...items]
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, async () => {
    for (let item = todo.shift(); item !== undefined; item = todo.shift()) await work(item)
  }))
}
