import { lstat, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ApiAccess, ApiConnection } from '@rekey/client'
import { RekeyError, Secret } from '@rekey/domain'
import { agentAt } from '../ssh/agent.ts'
import { Broker, type BrokerPlace } from './broker.ts'
import type { TakenLease } from './taken-lease.ts'

const name = 'lease.json'

/** What `rekey fetch` leaves in its folder, so that the lease can be given back from there. */
interface KeptLease {
  readonly broker: { readonly url: string, readonly ca: string | null }
  readonly id: string
  readonly secret: string
  readonly endsAtMost: string
  /** The agent at `agent` in the folder; null: the secrets are in files. */
  readonly agentPid: number | null
}

export async function keepLease (folder: string, { url, ca }: BrokerPlace, { id, secret, endsAtMost }: TakenLease, agentPid: number | null): Promise<void> {
  const kept: KeptLease = { broker: { url, ca: ca ?? null }, id, secret: secret.open(), endsAtMost, agentPid }
  await writeFile(join(folder, name), `${JSON.stringify(kept)}\n`, { mode: 0o600, flag: 'wx' })
}

/**
 * Ends the agent, gives the lease back and removes the folder. Where the broker does not take it, the folder stays for another try.
 * @throws RekeyError `config/invalid` for a folder of another kind, and what the broker refuses with
 */
export async function giveBackKept (folder: string, open: (access: ApiAccess) => ApiConnection): Promise<{ readonly id: string }> {
  const { broker: { url, ca }, id, secret, agentPid } = await readKept(folder)
  if (agentPid !== null) await agentAt(join(folder, 'agent'), agentPid).end()
  await new Broker({ url, ca: ca ?? undefined }, open).giveBack({ id, secret: Secret.of(secret) })
  await rm(folder, { recursive: true, force: true })
  return { id }
}

async function readKept (folder: string): Promise<KeptLease> {
  try {
    const { uid, mode } = await lstat(folder)
    if (uid !== process.geteuid?.() || (mode & 0o077) !== 0) throw new TypeError('of somebody else')
    const kept = JSON.parse(await readFile(join(folder, name), 'utf8')) as KeptLease
    if (![kept.id, kept.secret, kept.broker.url, kept.endsAtMost].every(one => typeof one === 'string')) throw new TypeError('of another shape')
    return kept
  } catch {
    throw new RekeyError('config/invalid', `${folder} is no folder that rekey fetch has made for you: there is no lease to give back`)
  }
}
