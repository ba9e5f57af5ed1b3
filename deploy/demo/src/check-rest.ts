import type { Check } from './check.ts'
import { check, decide } from './check.ts'
import { managed, seenOf } from './evidence.ts'
import type { Evidence } from './evidence.ts'
import { credentialOf, isKey } from './fleet.ts'
import type { Logged } from './host-log.ts'

/** What is beyond Rekey is as it was: what opened it before opens it still, and Rekey has said why it can't manage it. */
export async function checkBeyond (evidence: Evidence): Promise<Check[]> {
  const untouched = check('ssh, sshpass', 'what Rekey can\'t manage opens as before, and it has said why')
  await Promise.all(evidence.fleet.credentials.filter(({ isBeyond }) => isBeyond).map(async (one) => {
    const { status, lastFailure, rotations } = seenOf(evidence, one)
    const shown = isKey(one) ? { keys: [evidence.secrets.keyFile(one, 'old')], ...one.secondFactor === undefined ? {} : { password: one.secondFactor } } : { password: one.password }
    const { output, end } = await evidence.ssh.login({ host: evidence.lab.host(one.host), account: one.account }, shown, 'id -un')
    decide(untouched, output === one.account && status !== 'settled' && lastFailure !== null && rotations.length === 0, `${credentialOf(one)}: ${status}, ${output === one.account ? 'and opens' : end}`)
  }))
  return [untouched]
}

/** What the hosts' own logs show of the proofs, apart by what such a log can show. */
export function checkLogs (logged: ReadonlyMap<string, Logged>): Check[] {
  const sshd = check('logs of sshd', 'one process refused a random and the old secret and took the new one')
  const dropbear = check('logs of Dropbear', 'the same, but that refused keys leave no line there')
  for (const [name, { by, isWhole }] of logged) {
    if (by !== 'su') decide(by === 'sshd' ? sshd : dropbear, isWhole, `${name}: no connection in the log has the verdicts`)
  }
  return [sshd, dropbear]
}

/** Looks at the revealed secrets themselves; the API must find none shared either. */
export async function checkUnique (evidence: Evidence): Promise<Check[]> {
  const unique = check('rekey reveal', 'new secrets that are like no other, old or new')
  const all = managed(evidence)
  const now = await Promise.all(all.map(async (one) => evidence.secrets.newText(one)))
  const old = new Set(evidence.fleet.credentials.map((one) => isKey(one) ? one.key.privateKey : one.password))
  for (const [index, one] of all.entries()) {
    const secret = now[index] ?? ''
    const isAlone = secret !== '' && now.indexOf(secret) === now.lastIndexOf(secret) && !old.has(secret)
    const { shared, sharedWith } = seenOf(evidence, one)
    decide(unique, isAlone && !shared, `${credentialOf(one)} shares its secret${shared ? ` with ${sharedWith.join(', ')}` : ''}`)
  }
  return [unique]
}
