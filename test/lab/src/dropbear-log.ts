import type { Connection } from './sshd-log.ts'

const opened = /^\[(\d+)\] .*? Child connection from \S+:(\d+)$/
const answered = /^\[(\d+)\] .*? (?:(Password|Pubkey) auth succeeded for|(Bad password attempt) for) '(.*)'(?: with \S+ key (SHA256:\S+))? from \S+:\d+$/

/**
 * Reads Dropbear's log (`-E`). Each connection is a process, whose id begins its lines. Dropbear tells accepted keys, accepted
 * passwords and wrong ones; a refused key leaves no line.
 */
export function connectionsInDropbear (log: string): Connection[] {
  const all: Array<{ port: number, verdicts: Array<Connection['verdicts'][number]> }> = []
  const byProcess = new Map<string, (typeof all)[number]>()
  for (const line of log.split(/\r?\n/)) {
    const [, process = '', port] = opened.exec(line) ?? []
    if (port !== undefined) {
      const connection = { port: Number(port), verdicts: [] }
      all.push(connection)
      byProcess.set(process, connection)
      continue
    }
    const [, by = '', accepted, refused, account, fingerprint = ''] = answered.exec(line) ?? []
    if (account === undefined) continue
    byProcess.get(by)?.verdicts.push({
      verdict: refused === undefined ? 'accepted' : 'refused', method: accepted === 'Pubkey' ? 'publickey' : 'password', account, fingerprint
    })
  }
  return all
}
