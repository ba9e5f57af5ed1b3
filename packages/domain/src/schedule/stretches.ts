/** Tells the next time of something after a given one, in milliseconds; null when there is none. */
export type Next = (after: number) => number | null

/** As many as a large zone has secrets, each of another minute. */
const mostKept = 65_536

/**
 * The same, remembered. What comes next after `a` at `b` comes next at `b` after each time between them, too: ten thousand secrets of
 * one schedule share few such stretches, and to find one takes a third of a millisecond.
 */
export function remembered (next: Next): Next {
  /** Ascending, none overlaps another. */
  let stretches: Array<{ from: number, readonly to: number }> = []

  return (after) => {
    const at = firstEndingAfter(stretches, after)
    const known = stretches[at]
    if (known !== undefined && known.from <= after) return finite(known.to)
    const to = next(after) ?? Infinity
    if (known?.to === to) known.from = after
    else {
      if (stretches.length >= mostKept) stretches = []
      stretches.splice(Math.min(at, stretches.length), 0, { from: after, to })
    }
    return finite(to)
  }
}

function firstEndingAfter (stretches: ReadonlyArray<{ readonly to: number }>, time: number): number {
  let [low, high] = [0, stretches.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((stretches[middle]?.to ?? Infinity) > time) high = middle
    else low = middle + 1
  }
  return low
}

function finite (time: number): number | null {
  return time === Infinity ? null : time
}
