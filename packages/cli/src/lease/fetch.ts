import { join, resolve } from 'node:path'
import { rm } from 'node:fs/promises'
import { RekeyError } from '@rekey/domain'
import { asJson, type Said } from '../said.ts'
import type { Session } from '../session.ts'
import { startLastingAgent } from '../ssh/agent.ts'
import { UsageError } from '../usage-error.ts'
import { checkPath, layOut, newFolder, quoted } from './folder.ts'
import { keepLease } from './kept-lease.ts'
import type { Leasing } from './options.ts'
import { secondsUntil } from './run-leased.ts'
import type { TakenLease } from './taken-lease.ts'

export const formats = ['env', 'json', 'files'] as const

export interface FetchFlags {
  readonly format: typeof formats[number]
  readonly out?: string
  readonly agent?: boolean
  readonly json?: boolean
}

/** Takes a lease for a program. What can't be written down is given back at once. @throws UsageError, RekeyError */
export async function fetchLease ({ format, out, agent = false, json = false }: FetchFlags, { broker, take }: Leasing, session: Session): Promise<Said> {
  if ((format === 'files') !== (out !== undefined)) throw new UsageError('--format files and --out FOLDER belong together')
  if (json && format === 'env') throw new UsageError('--format env is for a shell: --json goes with json and files')
  if (agent && format !== 'files') throw new UsageError('--agent is for --format files')
  const folder = out === undefined ? undefined : resolve(session.folder, out)
  if (folder !== undefined) {
    checkPath(folder)
    await newFolder(folder)
  }
  let lease: TakenLease | undefined
  try {
    lease = await take()
    if (folder !== undefined) return await intoFolder(folder, lease, { agent, json, broker, session })
    return { out: format === 'json' ? `${lease.answer.open()}\n` : asVariables(lease), notes: [] }
  } catch (error) {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    if (lease !== undefined) await broker.giveBack(lease)
    throw error
  }
}

async function intoFolder (folder: string, lease: TakenLease, { json, ...keeping }: Keep & { readonly json: boolean }): Promise<Said> {
  await keepInFolder(folder, lease, keeping)
  if (json) {
    const { id, endsAt, endsAtMost, credentials } = lease
    return { out: asJson({ folder, lease: id, endsAt, endsAtMost, credentials: credentials.map(({ credential, alias }) => ({ credential, alias })) }), notes: [] }
  }
  const many = lease.credentials.length === 1 ? 'one credential' : `${lease.credentials.length} credentials`
  return { out: '', notes: [`${many} on lease until ${lease.endsAt}, in ${folder}; rekey give-back ${folder} gives it back`] }
}

/** Where the secrets are kept: in files, or in an agent that goes on. */
interface Keep {
  readonly agent: boolean
  readonly broker: Leasing['broker']
  readonly session: Session
}

/** Fills a folder so that programs can use it, and `rekey give-back` end it. */
async function keepInFolder (folder: string, lease: TakenLease, { agent: inAgent, broker: { place }, session: { env } }: Keep): Promise<void> {
  const password = lease.credentials.find(({ publicKey }) => publicKey === undefined)
  if (inAgent && password !== undefined) throw new RekeyError('input/invalid', `${password.credential} is a password, which no agent holds: leave out --agent`)
  await layOut(folder, lease, inAgent ? 'agent' : 'files', env)
  if (!inAgent) {
    await keepLease(folder, place, lease, null)
    return
  }
  const agent = await startLastingAgent(join(folder, 'agent'))
  try {
    for (const { secret } of lease.credentials) await agent.add(secret, secondsUntil(lease.endsAtMost))
    await keepLease(folder, place, lease, agent.pid)
  } catch (error) {
    await agent.end()
    throw error
  }
}

/** Lines for `eval` in a shell. */
function asVariables ({ id, secret, endsAt, credentials }: TakenLease): string {
  const [one, ...more] = credentials
  if (one === undefined || more.length > 0) throw new RekeyError('input/invalid', `these are ${credentials.length} credentials, and variables are for one: take --format json or files`)
  const variables = {
    REKEY_USER: one.user,
    REKEY_ADDRESS: one.address,
    REKEY_PORT: String(one.port),
    REKEY_KNOWN_HOSTS: one.knownHosts.join('\n'),
    ...one.publicKey === undefined ? { REKEY_PASSWORD: one.secret.open() } : { REKEY_PUBLIC_KEY: one.publicKey, REKEY_PRIVATE_KEY: one.secret.open() },
    REKEY_LEASE_ID: id,
    REKEY_LEASE_SECRET: secret.open(),
    REKEY_LEASE_ENDS_AT: endsAt
  }
  return Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}\n`).join('')
}
