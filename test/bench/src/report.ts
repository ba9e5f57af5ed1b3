import type { Mixed, Round, Summary } from './arithmetic.ts'

/** The rounds and what they come to, for a person. */
export function table (rounds: readonly Round[], result: Summary & { readonly workerMemoryMiB?: Readonly<Record<string, number>>, readonly mixed?: Mixed }): string {
  const rows = [
    ['round', 'rotations', 'seconds', 'rotations/s', 'floor/s', 'ratio'],
    ...rounds.map((round, index) => [
      String(index + 1),
      String(round.settled),
      round.rotationSeconds.toFixed(2),
      (round.settled / round.rotationSeconds).toFixed(2),
      (round.settled / round.floorSeconds).toFixed(2),
      (round.floorSeconds / round.rotationSeconds).toFixed(3)
    ]),
    ['median', '', '', result.rotationsPerSecond.toFixed(2), result.floorPerSecond.toFixed(2), result.ratio.toFixed(3)]
  ]
  const lines = rows.map((row) => row.map((cell) => cell.padStart(12)).join(''))
  const memory = Object.entries(result.workerMemoryMiB ?? {}).map(([hosts, mebibytes]) => `worker's memory at ${hosts} hosts: ${mebibytes} MiB`)
  return [
    ...lines,
    `SSH connections per rotation: ${result.connectionsPerRotation}`,
    `Vault requests of the worker per rotation: ${result.vaultWritesPerRotation} writes, ${result.vaultReadsPerRotation} reads`,
    ...(result.mixed === undefined ? [] : [`keys and passwords side by side: ${result.mixed.keyRotationsPerSecond} keys/s, ${result.mixed.passwordRotationsPerSecond} passwords/s`]),
    ...memory,
    ''
  ].join('\n')
}
