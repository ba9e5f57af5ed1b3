/** One connection as sshd logged it at LogLevel VERBOSE: the work of one sshd process. */
export interface Connection {
  /** The client's port. */
  readonly port: number
  /** Every answer to a key or password, in order. */
  readonly verdicts: ReadonlyArray<{
    readonly verdict: 'refused' | 'accepted'
    readonly method: string
    readonly account: string
    /** `SHA256:…` of the key; empty for a password. */
    readonly fingerprint: string
  }>
}

const opened = /^Connection from \S+ port (\d+) on /
const answered = /^(Accepted|Failed) (\S+) for (?:invalid user )?(.+) from \S+ port (\d+) ssh2(?:: \S+ (SHA256:\S+))?/

/** Reads an sshd log written to a file (`-E`). Lines carry no process id there: the client's port tells connections apart. */
export function connectionsIn (log: string): Connection[] {
  const all: Array<{ port: number, verdicts: Array<Connection['verdicts'][number]> }> = []
  const byPort = new Map<number, (typeof all)[number]>()
  for (const line of log.split(/\r?\n/)) {
    const port = opened.exec(line)?.[1]
    if (port !== undefined) {
      const connection = { port: Number(port), verdicts: [] }
      all.push(connection)
      byPort.set(connection.port, connection)
      continue
    }
    const answer = answered.exec(line)
    if (answer === null) continue
    const [, verdict, method = '', account = '', from, fingerprint = ''] = answer
    byPort.get(Number(from))?.verdicts.push({ verdict: verdict === 'Accepted' ? 'accepted' : 'refused', method, account, fingerprint })
  }
  return all
}
