import { randomBytes, randomInt } from 'node:crypto'
import type { CredentialKind } from '@rekey/domain'
import type { AccountSpec, HostSpec } from '@rekey/lab'
import { makeKey } from '@rekey/lab'
import type { SecretText } from './secret-text.ts'

/** An account of the lab, one of the secrets that open it in the beginning, and what else stands in its key file. */
export interface Account {
  readonly zone: string
  readonly host: string
  readonly account: string
  readonly kind: CredentialKind
  readonly first: SecretText
  /** Lines of authorized_keys that are nobody's business but their owner's, in order. */
  readonly foreign: readonly string[]
}

export interface Fleet {
  readonly hosts: ReadonlyArray<HostSpec & { readonly zone: string }>
  readonly accounts: readonly Account[]
}

/** The accounts of a host, and what is managed of each. */
export type Plan = Readonly<Record<string, readonly CredentialKind[]>>

type Place = Pick<Account, 'zone' | 'host' | 'account'>
type Made = Account & { readonly spec: Partial<AccountSpec> }

/** The account's key among lines of other people, in a file that does not end with a line break. */
function makeKeyed (place: Place): Made {
  const first = makeKey()
  const before = ['# people who may deploy', `${makeKey().publicKey} alice@laptop`]
  const after = ['', `command="/bin/true",no-pty ${makeKey().publicKey} ci, the old one`]
  const authorizedKeys = [...before, `${first.publicKey} ${place.account}@${place.host}`, ...after].join('\n')
  return { ...place, kind: 'ssh-key', first, foreign: [...before, ...after], spec: { authorizedKeys } }
}

/** A password as people choose them: with everything that some program takes for something else. */
function makePassworded (place: Place): Made {
  const password = `it's "${randomBytes(18).toString('base64url')}" \\ $HOME`
  return { ...place, kind: 'password', first: { password }, foreign: [], spec: { password } }
}

/**
 * A fleet with addresses and ports of its own, so that it can stand beside other labs.
 * @param zones how many hosts each has, called `ZONE-1`, `ZONE-2` …
 * @param plans of the hosts, in turn
 * @param more of hosts with passwords, by their names
 */
export function makeFleet (zones: Readonly<Record<string, number>>, plans: readonly Plan[] = [{ deploy: ['ssh-key'] }], more: (host: string) => Pick<HostSpec, 'pam' | 'sshdConfig'> = () => ({})): Fleet {
  const subnet = randomInt(100, 250)
  const port = randomInt(10_000, 30_000)
  const names = Object.entries(zones).flatMap(([zone, count]) => Array.from({ length: count }, (_, index) => ({ zone, host: `${zone}-${index + 1}` })))
  const make = { 'ssh-key': makeKeyed, password: makePassworded }
  const made = names.map((name, index) => Object.entries(plans[index % plans.length] ?? {}).flatMap(([account, kinds]) => kinds.map((kind) => make[kind]({ ...name, account }))))
  return {
    hosts: names.map(({ zone, host }, index) => {
      const own = made[index] ?? []
      const specs = [...new Set(own.map(({ account }) => account))].map((name): AccountSpec => Object.assign({ name }, ...own.filter(({ account }) => account === name).map(({ spec }) => spec)) as AccountSpec)
      const withPasswords = own.some(({ kind }) => kind === 'password')
      return {
        zone,
        name: host,
        address: `127.1.${subnet}.${index + 1}`,
        port,
        accounts: specs,
        ...withPasswords ? { pam: { noDelay: true }, sshdConfig: ['PermitRootLogin yes'], ...more(host) } : {}
      }
    }),
    accounts: made.flat().map(({ spec: _, ...account }) => account)
  }
}
