import { randomInt } from 'node:crypto'
import type { HostSpec, KeyPair } from '@rekey/lab'
import { makeKey } from '@rekey/lab'

/** An account of the lab, the key that opens it in the beginning, and what else stands in its file. */
export interface Account {
  readonly zone: string
  readonly host: string
  readonly account: string
  readonly key: KeyPair
  /** Lines that are nobody's business but their owner's, in order. */
  readonly foreign: readonly string[]
}

export interface Fleet {
  readonly hosts: ReadonlyArray<HostSpec & { readonly zone: string }>
  readonly accounts: readonly Account[]
}

/** The account's key among lines of other people, in a file that does not end with a line break. */
function makeAccount (zone: string, host: string, account: string): Account & { readonly file: string } {
  const key = makeKey()
  const before = ['# people who may deploy', `${makeKey().publicKey} alice@laptop`]
  const after = ['', `command="/bin/true",no-pty ${makeKey().publicKey} ci, the old one`]
  return { zone, host, account, key, foreign: [...before, ...after], file: [...before, `${key.publicKey} ${account}@${host}`, ...after].join('\n') }
}

/**
 * A fleet with addresses and ports of its own, so that it can stand beside other labs.
 * @param zones how many hosts each has, called `ZONE-1`, `ZONE-2` …
 * @param accounts of each host
 */
export function makeFleet (zones: Readonly<Record<string, number>>, accounts: readonly string[] = ['deploy']): Fleet {
  const subnet = randomInt(100, 250)
  const port = randomInt(10_000, 30_000)
  const names = Object.entries(zones).flatMap(([zone, count]) => Array.from({ length: count }, (_, index) => ({ zone, name: `${zone}-${index + 1}` })))
  const all = names.flatMap(({ zone, name }) => accounts.map((account) => makeAccount(zone, name, account)))
  return {
    hosts: names.map(({ zone, name }, index) => ({
      zone,
      name,
      address: `127.1.${subnet}.${index + 1}`,
      port,
      accounts: all.filter(({ host }) => host === name).map(({ account, file }) => ({ name: account, authorizedKeys: file }))
    })),
    accounts: all
  }
}
