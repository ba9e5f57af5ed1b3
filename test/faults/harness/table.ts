import type { Boundary } from './boundaries.ts'

const sides = ['before', 'halfway', 'after'] as const

/**
 * One line for each outside effect, with the seconds from the order to the settled rotation for each side that was hit.
 * @param tried those of all that were to be hit; a dash stands for the others
 */
export function table (whose: string, hit: ReadonlyMap<Boundary, number>, all: readonly Boundary[], tried: readonly Boundary[] = all): string {
  const rows = [...new Set(all.map(({ step, effect }) => `${step}\t${effect}`))].map((row) => {
    const [step = '', effect = ''] = row.split('\t')
    const cells = sides.map((when) => {
      const boundary = all.find((one) => one.step === step && one.effect === effect && one.when === when)
      if (boundary === undefined) return ''
      const seconds = hit.get(boundary)
      if (seconds !== undefined) return `${seconds.toFixed(1)} s`
      return tried.includes(boundary) ? 'NOT HIT' : '-'
    })
    return [step, effect, ...cells]
  })
  const lines = [['step', 'outside effect', ...sides.map((when) => `killed ${when}`)], ...rows]
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? []
  const text = lines.map((line) => `  ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()}\n`).join('')
  return `\n${whose}: killed at ${all.filter((one) => hit.has(one)).length} of ${all.length} boundaries; seconds from the request to the settled credential:\n${text}\n`
}
