import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { codeOf, isRekeyError, RekeyError } from '@rekey/domain'
import { startAgent } from '../ssh/agent.ts'
import type { Broker } from './broker.ts'
import { tokenVariable } from './token-variable.ts'
import { layOut, variablesFor } from './folder.ts'
import { codeOfSignal, Interrupts } from './interrupts.ts'
import type { TakenLease } from './taken-lease.ts'

/** A command that runs with a lease. */
export interface LeasedRun {
  readonly broker: Broker
  /** @param signal is aborted when the job is ended meanwhile */
  readonly take: (signal: AbortSignal) => Promise<TakenLease>
  /** For how long it is renewed each time. */
  readonly ttlSeconds: number
  readonly command: readonly string[]
  readonly say: (note: string) => void
}

type Environment = Readonly<Record<string, string | undefined>>

/** How long the command has to end by itself, once a signal came: GitHub's runner gives a job that is cancelled ten seconds in all. */
const graceMs = 5000

/**
 * Runs a command that logs in with leased keys: from an agent of its own, by a folder that is removed at its end. The lease is renewed while
 * it runs, and given back however it ends.
 * @returns its exit code @throws RekeyError when there is no lease
 */
export async function runLeased (run: LeasedRun, env: Environment): Promise<number> {
  const interrupts = new Interrupts()
  try {
    const lease = await run.take(interrupts.signal)
    try {
      demandKeys(lease)
      return await withKeys(lease, env, async variables => await renewed(lease, run, async () => await carryOut(run.command, { ...env, [tokenVariable]: undefined, ...variables }, interrupts)))
    } finally {
      await giveBack(lease, run)
    }
  } finally {
    interrupts.release()
  }
}

function demandKeys ({ credentials }: TakenLease): void {
  const password = credentials.find(({ publicKey }) => publicKey === undefined)
  if (password !== undefined) throw new RekeyError('input/invalid', `${password.credential} is a password, which no agent holds: rekey fetch hands it to a program that takes one`)
}

async function withKeys (lease: TakenLease, env: Environment, task: (variables: Record<string, string>) => Promise<number>): Promise<number> {
  const folder = await mkdtemp(join(env['XDG_RUNTIME_DIR'] ?? tmpdir(), 'rekey-lease-'))
  try {
    await layOut(folder, lease, 'agent', env)
    const agent = await startAgent(join(folder, 'agent'))
    try {
      for (const { secret } of lease.credentials) await agent.add(secret, secondsUntil(lease.endsAtMost))
      return await task(variablesFor(folder, 'agent', env))
    } finally {
      await agent.end()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** At least one, as ssh-add takes none for "for ever". */
export function secondsUntil (time: string): number {
  return Math.max(1, Math.ceil((Date.parse(time) - Date.now()) / 1000))
}

async function renewed (lease: TakenLease, { broker, ttlSeconds, say }: LeasedRun, task: () => Promise<number>): Promise<number> {
  const over = new AbortController()
  const renewing = renew(lease, broker, ttlSeconds, over.signal).catch((error: unknown) => {
    if (!over.signal.aborted) say(`the lease is not renewed any more: ${isRekeyError(error) ? error.message : codeOf(error)}`)
  })
  try {
    return await task()
  } finally {
    over.abort()
    await renewing
  }
}

/** Twice in each term, so that one that fails is no harm; until the grant's end. */
async function renew (lease: TakenLease, broker: Broker, ttlSeconds: number, signal: AbortSignal): Promise<void> {
  let { endsAt } = lease
  let pause = ttlSeconds * 500
  while (endsAt !== lease.endsAtMost) {
    await wait(pause, undefined, { signal })
    try {
      endsAt = await broker.renew(lease, ttlSeconds)
      pause = ttlSeconds * 500
    } catch (error) {
      if (!isRekeyError(error, 'api/unavailable', 'vault/unavailable', 'vault/sealed', 'vault/conflict', 'audit/unwritable', 'request/too-many')) throw error
      pause = Math.min(ttlSeconds * 100, 10_000)
    }
  }
}

async function carryOut ([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv, interrupts: Interrupts): Promise<number> {
  if (interrupts.caught !== undefined) return codeOfSignal(interrupts.caught)
  const child = spawn(program, args, { stdio: 'inherit', env })
  let hurry: NodeJS.Timeout | undefined
  interrupts.tell(name => {
    child.kill(name)
    hurry ??= setTimeout(() => child.kill('SIGKILL'), graceMs)
  })
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', () => reject(new RekeyError('input/invalid', `${program} can't be run: is it installed, and in PATH?`)))
      child.on('exit', (code, name) => resolve(code ?? codeOfSignal(name ?? 'SIGKILL')))
    })
  } finally {
    clearTimeout(hurry)
  }
}

/** A lease that could not be given back is no failure of the command's. */
async function giveBack (lease: TakenLease, { broker, say }: LeasedRun): Promise<void> {
  try {
    await broker.giveBack(lease)
  } catch (error) {
    if (!isRekeyError(error)) throw error
    say(`the lease ${lease.id} could not be given back: ${error.message}; it ends by itself at ${lease.endsAtMost} at the latest`)
  }
}
