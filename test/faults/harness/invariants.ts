import type { Account } from './fleet.ts'
import { opens } from './door.ts'
import type { System } from './system.ts'

/** Dead keys that are tried on the host, newest first: the older ones were tried when they were the newest. */
const deadTried = 2

/**
 * What must hold at every instant, whatever has just been killed, looked up in Vault with a person's login and on the
 * real host.
 * @returns the sentences that are broken
 */
export async function broken (system: System, account: Account): Promise<string[]> {
  const host = system.hostOf(account)
  // In this order: whatever stands on the host was recorded before it came there.
  const lines = await system.lines(account)
  const document = await system.document(account)
  const strange = (known: readonly string[]): string[] => lines.filter((line) => !known.some((key) => line.includes(key)))
  if (document === undefined) {
    const isIn = await opens(host, account.account, account.key.privateKey)
    return [...isIn ? [] : ['the key that was handed over no longer opens'], ...foreignLines(account, strange([account.key.publicKey]))]
  }

  const { current, candidate, retired, history } = document
  const recorded = [current, ...candidate === null ? [] : [candidate], ...retired, ...history]
  const isOpen = async ({ privateKey }: { privateKey: string }): Promise<boolean> => await opens(host, account.account, privateKey)
  const found = [...foreignLines(account, strange(recorded.map(({ publicKey }) => publicKey)))]
  if (!await isOpen(current)) found.push('the current secret does not open')
  for (const dead of history.slice(0, deadTried)) {
    if (await isOpen(dead)) found.push(`epoch ${dead.epoch} is called dead and opens`)
  }
  return found
}

/** What must hold besides once it is settled: nothing is left open, and the current key is the only one. */
export async function unsettled (system: System, account: Account, order: number): Promise<string[]> {
  const document = await system.document(account)
  if (document === undefined) return ['there is no document']
  const { current, candidate, retired, hold } = document
  const ours = await ourLines(system, account)
  return [
    ...candidate === null ? [] : ['a candidate is left'],
    ...retired.length === 0 ? [] : ['a retired key is left'],
    ...hold === null ? [] : [`it is held: ${hold.class}`],
    ...current.order >= order ? [] : [`the current key fulfils order ${current.order} only`],
    ...ours.length === 1 && ours[0]?.includes(current.publicKey) === true ? [] : [`the current key is not the only one on the host: ${JSON.stringify(ours)}`],
    ...await broken(system, account)
  ]
}

/** How many keys of the credential stand on the host. */
export async function keysOn (system: System, account: Account): Promise<number> {
  return (await ourLines(system, account)).length
}

async function ourLines (system: System, account: Account): Promise<string[]> {
  return (await system.lines(account)).filter((line) => !account.foreign.includes(line))
}

function foreignLines (account: Account, found: readonly string[]): string[] {
  return JSON.stringify(found) === JSON.stringify(account.foreign) ? [] : [`foreign lines are not as they were: ${JSON.stringify(found)}`]
}
