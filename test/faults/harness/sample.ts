import type { Boundary } from './boundaries.ts'

/** One in so many of the boundaries that are not tried always. */
const oneIn = 5

/** Another one every day, so that within five days all are tried: a number of its own repeats a day's choice. */
const seed = Number(process.env['REKEY_SEED'] ?? Math.floor(Date.now() / 86_400_000))
if (!Number.isInteger(seed)) throw new Error('REKEY_SEED is no whole number')

const isFull = process.env['REKEY_FULL'] === '1'

/**
 * The boundaries that a test tries: all in `npm run test:full`; otherwise those where a secret comes or goes, and a fifth of the others.
 * The choice follows from the seed alone.
 */
export function sampleOf (boundaries: readonly Boundary[]): readonly Boundary[] {
  if (isFull) return boundaries
  let other = 0
  return boundaries.filter((boundary) => isCrucial(boundary) || (seed + other++) % oneIn === 0)
}

/** Where a mistake locks people out or lets a dead secret live: a host changes, or the document says which secret is current. */
function isCrucial ({ effect, onHost, isLocked }: Boundary): boolean {
  return onHost !== undefined || isLocked === true || effect === 'promoted' || effect === 'lock proven' || effect === 'credential written'
}

/** What a test prints, so that the same choice can be made again. */
export const sampleText = isFull ? 'every boundary is tried' : `a sample of the boundaries is tried: REKEY_SEED=${seed} repeats it, npm run test:full tries all`
