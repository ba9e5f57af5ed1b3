import { homeOf } from './accounts.ts'
import { quote } from './quote.ts'
import type { AccountSpec, PasswordAge } from './spec.ts'

const chageOptions: Readonly<Record<keyof PasswordAge, string>> = {
  lastChanged: '-d', minDays: '-m', maxDays: '-M', inactiveDays: '-I', accountExpires: '-E'
}

function home (account: AccountSpec): string[] {
  const folder = homeOf(account.name)
  const lines = account.name === 'root' ? [] : [`cp -R /etc/skel ${folder}`, `chmod 700 ${folder}`]
  lines.push(`mkdir -m 700 ${folder}/.ssh`)
  const files = { authorized_keys: account.authorizedKeys, authorized_keys2: account.authorizedKeys2 }
  for (const [file, text] of Object.entries(files)) {
    if (text !== undefined) lines.push(`put ${folder}/.ssh/${file} 600 ${quote(text)}`)
  }
  if (account.name !== 'root') lines.push(`chown -R ${account.name}:${account.name} ${folder}`)
  return lines
}

/** In this order, as chpasswd opens what is locked and counts as a change of today. */
function password ({ name, password, locked = false, passwordAge = {} }: AccountSpec): string[] {
  const lines = password === undefined ? [] : [`printf '%s\\n' ${quote(`${name}:${password}`)} | chpasswd`]
  if (locked) lines.push(`passwd -q -l ${name}`)
  const ages = Object.entries(passwordAge) as Array<[keyof PasswordAge, number]>
  if (ages.length > 0) lines.push(`chage ${ages.map(([field, days]) => `${chageOptions[field]} ${days}`).join(' ')} ${name}`)
  return lines
}

/** The machine's own sudoers name people of the machine: a host has its own file, with Debian's defaults. */
function sudoers (accounts: readonly AccountSpec[]): string[] {
  const may = accounts.filter(({ sudo }) => sudo !== undefined)
  if (may.length === 0) return []
  const text = [
    'Defaults env_reset',
    'Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"',
    'Defaults use_pty',
    'root ALL=(ALL:ALL) ALL',
    ...may.map(({ name, sudo }) => `${name} ALL=(ALL:ALL) ${sudo === 'nopasswd' ? 'NOPASSWD: ' : ''}ALL`)
  ].map((line) => `${line}\n`).join('')
  return ['rm -rf /etc/sudoers.d', `put /etc/sudoers 440 ${quote(text)}`]
}

/** The part of a host's script that gives its accounts what `userLists` can't: homes, keys, passwords, rights. Wants its `put`. */
export function accountScript (accounts: readonly AccountSpec[]): string[] {
  return [...accounts.flatMap((account) => [...home(account), ...password(account)]), ...sudoers(accounts)]
}
