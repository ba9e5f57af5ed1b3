/**
 * The same reader for many who ask at once: who comes while a read is under way shares the next one with all others who wait for it. So each gets what was there after
 * he had asked, and a crowd costs no more than two reads at a time.
 */
export function sharedFresh<Value> (read: () => Promise<Value>): () => Promise<Value> {
  let running: Promise<unknown> | undefined
  let next: Promise<Value> | undefined
  return async () => {
    if (next !== undefined) return await next
    const before = running
    const own = (async () => {
      await before
      next = undefined
      return await read()
    })()
    if (before !== undefined) next = own
    // Whatever becomes of it: who asked is told.
    const done: Promise<unknown> = own.catch(() => {}).finally(() => { if (running === done) running = undefined })
    running = done
    return await own
  }
}
