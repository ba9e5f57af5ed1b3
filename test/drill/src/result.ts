/** By what stands in the way: how many hosts. */
export type Debts = Record<string, number>

export interface Struck {
  readonly what: string
  /** How many of the hosts that behave had refused by then. */
  readonly refused: number
  readonly of: number
}

/** What a drill has come to. Times are seconds since two people of the first zone had approved. */
export interface DrillResult {
  readonly hosts: number
  readonly misbehaving: number
  /** Until the first, half and all of the hosts that behave refused the attacker's own logins. */
  readonly seconds: { readonly first: number | null, readonly half: number | null, readonly all: number | null }
  /** The same from the start in each zone, of all hosts, by the API's word. */
  readonly secondsByApi: { readonly first: number | null, readonly half: number | null, readonly all: number | null }
  /** Until the last of the others refused him, since they behaved again. */
  readonly debtsSettledAfter: number | null
  /** Three bare handshakes with each host that behaves, beside the attacker; null when the campaign is disturbed, as then nothing is to be compared. */
  readonly floorSeconds: number | null
  /** Throughput until the last refusal, approvals and looks included, as a share of the floor. */
  readonly ofFloor: number | null
  /** The most that each service had. */
  readonly memoryMiB: Readonly<Record<string, number>>
  /** The attacker's logins. */
  readonly attempts: number
  readonly stillOpen: number
  /** Hosts that had refused him, and let him in again. */
  readonly reopened: readonly string[]
  /** Hosts that no secret in Vault opened. */
  readonly lockedOut: readonly string[]
  /** Logins with what stands in Vault, all through the campaign. */
  readonly looks: number
  /** Hosts that the current secret opens at the end. */
  readonly opens: number
  readonly held: readonly string[]
  /** When all others were proven. */
  readonly debts: Debts
  /** How often people let a zone go on that the breaker had stopped. */
  readonly resumed: number
  readonly struck: readonly Struck[]
}

/** What has gone wrong, in sentences. */
export function failures ({ hosts, stillOpen, reopened, lockedOut, opens, held }: DrillResult): string[] {
  return [
    ...stillOpen === 0 ? [] : [`${stillOpen} hosts still open for the attacker`],
    ...reopened.length === 0 ? [] : [`had refused the attacker and let him in again: ${reopened.join(', ')}`],
    ...lockedOut.length === 0 ? [] : [`locked out: ${lockedOut.join(', ')}`],
    ...opens === hosts ? [] : [`the present secret opens ${opens} of ${hosts} hosts`],
    ...held.length === 0 ? [] : [`held: ${held.join(', ')}`]
  ]
}

/** For a person. */
export function page (result: DrillResult): string {
  const seconds = (value: number | null): string => value === null ? 'never' : `${value.toFixed(1)} s`
  const times = ({ first, half, all }: DrillResult['seconds']): string => `first ${seconds(first)}, half ${seconds(half)}, all ${seconds(all)}`
  const rows: Array<[string, string]> = [
    ['hosts', `${result.hosts}${result.misbehaving === 0 ? '' : `, of which ${result.misbehaving} misbehave`}`],
    ['refused, by the attacker\'s logins', times(result.seconds)],
    ['refused, by the API\'s word', times(result.secondsByApi)],
    ...result.floorSeconds === null ? [] : [['the floor', `${seconds(result.floorSeconds)} for three bare handshakes with each: ${(result.ofFloor ?? 0).toFixed(2)} of it reached`] as [string, string]],
    ...result.debtsSettledAfter === null ? [] : [['debts', `${JSON.stringify(result.debts)}; the last was settled ${seconds(result.debtsSettledAfter)} after the hosts behaved again`] as [string, string]],
    ...result.struck.map(({ what, refused, of }) => [`at ${refused} of ${of}`, what] as [string, string]),
    ...result.resumed === 0 ? [] : [['breaker', `two people let a zone go on, ${result.resumed} times`] as [string, string]],
    ['memory at most', Object.entries(result.memoryMiB).map(([name, mebibytes]) => `${name} ${mebibytes} MiB`).join(', ')],
    ['lockouts', `${result.lockedOut.length}, in ${result.looks} looks at what Vault says opens`],
    ['the attacker', `${result.attempts} logins, ${result.stillOpen} hosts still open, ${result.reopened.length} opened again`]
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  const wrong = failures(result)
  return ['', ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`), '', ...wrong.map((line) => `  WRONG: ${line}`),
    wrong.length === 0 ? 'All held: every stolen key is refused, and every host opens for its own new key.' : 'NOT all held.', ''].join('\n')
}
