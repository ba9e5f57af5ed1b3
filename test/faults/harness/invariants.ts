import type { Judge } from './door.ts'
import { opens, opensForSsh } from './door.ts'
import type { Account } from './fleet.ts'
import { markOf } from './secret-text.ts'
import type { Document, StoredText, System } from './system.ts'
import { tallyOf, uncounted } from './tally.ts'

/** Dead secrets that are tried on the host, newest first: the older ones were tried when they were the newest. */
const deadTried = { 'ssh-key': 2, password: 1 }

/**
 * What must hold at every instant, whatever has just been killed, looked up in Vault with a person's login and on the
 * real host.
 * @returns the sentences that are broken
 */
export async function broken (system: System, account: Account, judge: Judge = opens): Promise<string[]> {
  // In this order: whatever stands on the host was recorded before it came there.
  const lines = account.kind === 'password' ? [] : await system.lines(account)
  const document = await system.document(account)
  const known = document === undefined ? [account.first] : [...living(document), ...document.history]
  const strange = lines.filter((line) => !known.some((secret) => line.includes(markOf(secret))))
  const found = JSON.stringify(strange) === JSON.stringify(account.foreign) ? [] : [`foreign lines are not as they were: ${JSON.stringify(strange)}`]
  return [...found, ...await uncounted(account, system.hostOf(account), async () => await wrongDoors(system, account, document, judge))]
}

async function wrongDoors (system: System, account: Account, document: Document | undefined, judge: Judge): Promise<string[]> {
  const isOpen = async (secret: StoredText | Account['first']): Promise<boolean> => await judge(system.hostOf(account), account.account, secret)
  if (document === undefined) return await isOpen(account.first) ? [] : ['the secret that was handed over no longer opens']
  const found: string[] = []
  if (account.kind === 'password') {
    const open: number[] = []
    for (const secret of living(document)) if (await isOpen(secret)) open.push(secret.epoch)
    if (open.length !== 1) found.push(`not one recorded password opens, but these epochs: ${open.join(', ')}`)
  } else if (!await isOpen(document.current)) {
    found.push('the current secret does not open')
  }
  for (const dead of document.history.slice(0, deadTried[account.kind])) {
    if (await isOpen(dead)) found.push(`epoch ${dead.epoch} is called dead and opens`)
  }
  return found
}

/** What must hold besides once it is settled: nothing is left open, and the current secret is the only one. The stock ssh is the judge of passwords. */
export async function unsettled (system: System, account: Account, order: number): Promise<string[]> {
  const document = await system.document(account)
  if (document === undefined) return ['there is no document']
  const { current, candidate, retired, hold } = document
  const isPassword = account.kind === 'password'
  const counted = isPassword ? await tallyOf(system.hostOf(account), account.account) : 0
  const ours = isPassword ? [] : await ourLines(system, account)
  return [
    ...candidate === null ? [] : ['a candidate is left'],
    ...retired.length === 0 ? [] : ['a retired secret is left'],
    ...hold === null ? [] : [`it is held: ${hold.class}`],
    ...current.order >= order ? [] : [`the current secret fulfils order ${current.order} only`],
    ...counted === 0 ? [] : [`the host counts ${counted} wrong passwords`],
    ...isPassword || (ours.length === 1 && ours[0]?.includes(markOf(current)) === true) ? [] : [`the current key is not the only one on the host: ${JSON.stringify(ours)}`],
    ...await broken(system, account, isPassword ? opensForSsh : opens)
  ]
}

/** The epochs of the credential's secrets that stand on the host: keys in the account's file, or what opens it. */
export async function onHost (system: System, account: Account): Promise<number[]> {
  const document = await system.document(account)
  if (document === undefined) return []
  const host = system.hostOf(account)
  const lines = account.kind === 'password' ? [] : await ourLines(system, account)
  return await uncounted(account, host, async () => {
    const found: number[] = []
    for (const secret of living(document)) {
      if (account.kind === 'password' ? await opens(host, account.account, secret) : lines.some((line) => line.includes(markOf(secret)))) found.push(secret.epoch)
    }
    return found.sort((a, b) => a - b)
  })
}

/** What may open the account. */
function living ({ current, candidate, retired }: Document): StoredText[] {
  return [current, ...candidate === null ? [] : [candidate], ...retired]
}

async function ourLines (system: System, account: Account): Promise<string[]> {
  return (await system.lines(account)).filter((line) => !account.foreign.includes(line))
}
