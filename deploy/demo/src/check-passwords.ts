import type { Check } from './check.ts'
import { check, decide } from './check.ts'
import { hostOf, managed, seenOf } from './evidence.ts'
import type { Evidence } from './evidence.ts'
import type { Handed } from './fleet.ts'
import { credentialOf, isKey, isPassword } from './fleet.ts'
import { askSu } from './judges.ts'

type PasswordCredential = Extract<Handed, { name: 'password' }>

/** What a host says to a password, and by which method. */
interface Said {
  readonly verdict: 'refused' | 'accepted' | 'unclear'
  readonly by?: string | undefined
  readonly output: string
}

/**
 * Shows the old, another account's and the new password of each account, in this order and to all hosts at the same time, since each
 * wrong one takes PAM's two seconds. An account that closes at the third wrong one is shown two.
 */
export async function checkPasswords (evidence: Evidence, looked: () => void): Promise<Check[]> {
  const oldRefused = check('sshpass, su', 'old passwords refused on their hosts')
  const newOpens = check('sshpass, su', 'new passwords let in, by the method that Rekey names')
  const noneElsewhere = check('sshpass, su', 'new passwords refused at another account (a sample: each at one)')
  const sudo = check('sudo', 'where it asks, the old password refused and the new one taken')
  const tally = check('faillock', 'two wrong passwords counted, and none any more after the right one')

  const all = managed(evidence).filter(isPassword)
  await Promise.all(all.map(async (own, index) => {
    const next = all[(index + 1) % all.length] ?? own
    const name = credentialOf(own)
    const now = evidence.secrets.newPassword(own)
    const old = await show(evidence, own, own.password)
    decide(oldRefused, old.verdict === 'refused', `${name}: the old password was not refused (${old.output})`)
    const other = await show(evidence, own, evidence.secrets.newPassword(next))
    decide(noneElsewhere, other.verdict === 'refused', `${name}: the password of ${credentialOf(next)} was not refused (${other.output})`)
    const counted = await tallyOf(evidence, own)
    const { verdict, by, output } = await show(evidence, own, now)
    const isRight = verdict === 'accepted' && by === seenOf(evidence, own).rotations[0]?.proof.by
    decide(newOpens, isRight, `${name}: the new password does not open (${by ?? 'no method'}: ${output})`)
    if (asksForSudo(evidence, own)) {
      const answers = [await sudoAs(evidence, own, own.password), await sudoAs(evidence, own, now)]
      decide(sudo, answers.join() === ',root', `${name}: sudo does not tell the passwords apart (${answers.join()})`)
    }
    const left = await tallyOf(evidence, own)
    if (counted !== undefined) decide(tally, counted === 2 && left === 0, `${name}: faillock counts ${counted} wrong passwords after two, and ${left ?? 'nothing'} after the right one`)
    looked()
  }))
  return [oldRefused, newOpens, noneElsewhere, sudo, tally]
}

/** By `ssh`; by `su` on the host where sshd takes no passwords. */
async function show (evidence: Evidence, own: PasswordCredential, password: string): Promise<Said> {
  const { accounts, sshdConfig = [] } = hostOf(evidence, own)
  const host = evidence.lab.host(own.host)
  const takes = !sshdConfig.includes('PasswordAuthentication no') || sshdConfig.includes('KbdInteractiveAuthentication yes')
  if (!takes) {
    const verdict = await askSu(host, own.account, password)
    return { verdict, by: 'su', output: verdict }
  }
  const { openedBy, refusedPassword, output, end } = await evidence.ssh.login({ host, account: own.account }, { password }, 'echo "in as $(id -un)"')
  if (openedBy === undefined) return { verdict: refusedPassword ? 'refused' : 'unclear', output: end }
  const hasShell = !accounts.some(({ name, shell }) => name === own.account && shell === '/usr/sbin/nologin')
  const greets = output === (hasShell ? `in as ${own.account}` : 'This account is currently not available.')
  return { verdict: greets ? 'accepted' : 'unclear', by: openedBy, output }
}

/** How many wrong passwords the host counts against the account, if it counts any. */
async function tallyOf (evidence: Evidence, own: PasswordCredential): Promise<number | undefined> {
  if (hostOf(evidence, own).pam?.faillock === undefined) return undefined
  const { code, stdout } = await evidence.lab.host(own.host).run(`faillock --user ${own.account}`)
  return code === 0 ? stdout.split('\n').filter((line) => line.endsWith(' V')).length : undefined
}

function asksForSudo (evidence: Evidence, own: PasswordCredential): boolean {
  return hostOf(evidence, own).accounts.some(({ name, sudo }) => name === own.account && sudo === 'password')
}

/** Logs in as the account does, and asks sudo who it would be. @returns `root`, or nothing */
async function sudoAs (evidence: Evidence, own: PasswordCredential, password: string): Promise<string> {
  const key = managed(evidence).filter(isKey).find(({ host, account }) => host === own.host && account === own.account)
  const shown = key === undefined ? { password: evidence.secrets.newPassword(own) } : { keys: [evidence.secrets.keyFile(key, 'new')] }
  const { output } = await evidence.ssh.login({ host: evidence.lab.host(own.host), account: own.account }, shown, 'sudo -S -k -p "" id -un', `${password}\n`)
  return output
}
