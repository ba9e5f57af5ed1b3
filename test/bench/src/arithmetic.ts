/** One round: the fleet rotated once, and right beside it the floor of the same fleet. */
export interface Round {
  /** From the order's request to the last proof, in seconds. */
  readonly rotationSeconds: number
  /** Three bare handshakes with each host, in seconds. */
  readonly floorSeconds: number
  readonly settled: number
  /** What the hosts' own sshd logged while it rotated. */
  readonly connections: number
  /** What Vault's audit log shows of the worker meanwhile. */
  readonly vaultWrites: number
  readonly vaultReads: number
  /** By operation and kind of document. */
  readonly vaultRequests: Readonly<Record<string, number>>
  /** CPU time of each part meanwhile, and of the hosts for the floor, in milliseconds. */
  readonly cpu: Cpu
}

export interface Cpu {
  readonly hosts: number
  readonly floorHosts: number
  readonly vault: number
  readonly worker: number
}

/** Keys and passwords side by side, each from the order's request to the last proof of its kind. */
export interface Mixed {
  readonly keyRotationsPerSecond: number
  readonly passwordRotationsPerSecond: number
}

export interface Summary {
  /** Medians of the rounds, per second. */
  readonly rotationsPerSecond: number
  readonly floorPerSecond: number
  /** Median of the rounds' own ratios: what slowed the machine in one round slowed both sides of it. */
  readonly ratio: number
  readonly ratios: readonly number[]
  readonly connectionsPerRotation: number
  readonly vaultWritesPerRotation: number
  readonly vaultReadsPerRotation: number
  /** By operation and kind of document, the most frequent first. */
  readonly vaultRequestsPerRotation: Readonly<Record<string, number>>
  readonly cpuMillisecondsPerRotation: Cpu
}

export function median (values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  if (low === undefined || high === undefined) throw new RangeError('no values, no median')
  return (low + high) / 2
}

export function summarise (rounds: readonly Round[]): Summary {
  const sum = (of: (round: Round) => number): number => rounds.reduce((total, round) => total + of(round), 0)
  const settled = sum((round) => round.settled)
  const cpu = (part: keyof Cpu): number => rounded(sum((round) => round.cpu[part]) / settled, 1)
  const ratios = rounds.map((round) => round.floorSeconds / round.rotationSeconds)
  return {
    rotationsPerSecond: rounded(median(rounds.map((round) => round.settled / round.rotationSeconds)), 2),
    floorPerSecond: rounded(median(rounds.map((round) => round.settled / round.floorSeconds)), 2),
    ratio: rounded(median(ratios), 3),
    ratios: ratios.map((ratio) => rounded(ratio, 3)),
    connectionsPerRotation: rounded(sum((round) => round.connections) / settled, 3),
    vaultWritesPerRotation: rounded(sum((round) => round.vaultWrites) / settled, 2),
    vaultReadsPerRotation: rounded(sum((round) => round.vaultReads) / settled, 2),
    vaultRequestsPerRotation: requests(rounds, settled),
    cpuMillisecondsPerRotation: {
      hosts: cpu('hosts'), floorHosts: cpu('floorHosts'), vault: cpu('vault'), worker: cpu('worker')
    }
  }
}

function requests (rounds: readonly Round[], settled: number): Record<string, number> {
  const kinds = new Set(rounds.flatMap(({ vaultRequests }) => Object.keys(vaultRequests)))
  const counted = [...kinds].map((kind) => [kind, rounds.reduce((total, { vaultRequests }) => total + (vaultRequests[kind] ?? 0), 0)] as const)
  return Object.fromEntries(counted.toSorted(([, a], [, b]) => b - a).map(([kind, count]) => [kind, rounded(count / settled, 2)]))
}

function rounded (value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
