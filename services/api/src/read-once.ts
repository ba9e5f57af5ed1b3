/**
 * The same reader, for as long as one answer is made: each is read once, however many entries of a list ask for it.
 * @param read what the names stand for, such as zone and host
 */
export function readOnce<Names extends string[], Value> (read: (...names: Names) => Promise<Value>): (...names: Names) => Promise<Value> {
  const known = new Map<string, Promise<Value>>()
  return async (...names) => {
    const key = names.join('/')
    const value = known.get(key) ?? read(...names)
    known.set(key, value)
    return await value
  }
}
