import type { AccountSpec, HostSpec } from './spec.ts'

/** A host's own user lists, as the files of the same names in /etc. */
export interface UserLists {
  readonly passwd: string
  readonly shadow: string
  readonly group: string
  readonly gshadow: string
}

const firstUserId = 1000

function entries (text: string): string[][] {
  return text.split('\n').filter((line) => line.includes(':')).map((line) => line.split(':'))
}

/** People of the system stay out; what the system's own programs run as comes along, since sshd and PAM expect it. */
function isSystem (id: string | undefined): boolean {
  return Number(id) < firstUserId || Number(id) === 65534
}

/**
 * The user lists of a host: its system's own accounts, all without a password, and the accounts of the lab,
 * written as `useradd` writes them (own group, ids from 1000 on, shadow field `!`).
 */
export function userLists (system: { passwd: string, group: string }, accounts: readonly AccountSpec[], userland: HostSpec['userland'] = 'debian'): UserLists {
  const shell = userland === 'busybox' ? '/bin/sh' : '/bin/bash'
  const people = accounts.filter((account) => account.name !== 'root')
  const taken = new Set(people.map((account) => account.name))
  const root = accounts.find((account) => account.name === 'root')
  const users = entries(system.passwd).filter(([name, , uid]) => name !== 'root' && !taken.has(name ?? '') && isSystem(uid))
  const groups = entries(system.group).filter(([name, , gid]) => !taken.has(name ?? '') && isSystem(gid))
  if (!users.some(([name]) => name === 'sshd')) users.push(['sshd', 'x', '990', '65534', '', '/run/sshd', '/usr/sbin/nologin'])

  const today = Math.floor(Date.now() / 86_400_000)
  const shadow = (name: string | undefined, field: string): string => `${name ?? ''}:${field}:${today}:0:99999:7:::`
  const id = (index: number): number => firstUserId + index
  const text = (lines: string[]): string => lines.map((line) => `${line}\n`).join('')
  return {
    passwd: text([
      `root:x:0:0:root:/root:${root?.shell ?? shell}`,
      ...users.map((fields) => fields.join(':')),
      ...people.map((account, index) => `${account.name}:x:${id(index)}:${id(index)}::/home/${account.name}:${account.shell ?? shell}`)
    ]),
    shadow: text([shadow('root', '*'), ...users.map(([name]) => shadow(name, '*')), ...people.map(({ name }) => shadow(name, '!'))]),
    group: text([...groups.map(([name, , gid]) => `${name ?? ''}:x:${gid ?? ''}:`), ...people.map(({ name }, index) => `${name}:x:${id(index)}:`)]),
    gshadow: text([...groups.map(([name]) => `${name ?? ''}:*::`), ...people.map(({ name }) => `${name}:!::`)])
  }
}

/** Where the account's home lies inside its host. */
export function homeOf (account: string): string {
  return account === 'root' ? '/root' : `/home/${account}`
}
