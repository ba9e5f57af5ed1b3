import { isRekeyError, RekeyError } from '@rekey/domain'
import type { AcceptedRow } from '../row.ts'
import { nameOf, type Outcome, type Step } from './plan.ts'
import type { ImportTarget } from './target.ts'
import { depthOf } from './ways.ts'

/** What creates, or only looks whether it would. */
export type Creator = Pick<ImportTarget, 'createHost' | 'adopt'>

export interface ApplyOptions {
  /** A new host is observed with all its credentials, and on a host that is there already the credential itself. */
  readonly observe: boolean
  /** Is told how many of the steps are through. */
  readonly progress?: (done: number) => void
}

/**
 * Creates what the plan says, in its order, and writes down what became of each step. It stops where the target itself
 * fails: what is left then is `not-done`, and the next run goes on there.
 * @returns that failure
 */
export async function apply (steps: readonly Step[], target: Creator, options: ApplyOptions): Promise<RekeyError | undefined> {
  return await walk(steps, target, 'created', options)
}

/** Writes down what would be refused, by a creator that looks and does nothing. @returns where that failed itself */
export async function rehearse (steps: readonly Step[], looking: Creator, options: ApplyOptions): Promise<RekeyError | undefined> {
  return await walk(steps, looking, 'create', options)
}

async function walk (steps: readonly Step[], creator: Creator, success: 'create' | 'created', { observe, progress }: ApplyOptions): Promise<RekeyError | undefined> {
  const walked: Walk = { creator, observe, refusedHosts: new Map(), newHosts: new Set() }
  // Jump hosts before those behind them.
  const hosts = new Map(steps.flatMap(({ row }) => row.result === 'accepted' ? [[`${row.host.zone}/${row.host.id}`, row.host] as const] : []))
  const inOrder = steps.toSorted((one, other) => depth(one) - depth(other))
  function depth ({ row }: Step): number {
    return row.result === 'accepted' ? depthOf(row.host, hosts) : 0
  }
  for (const [index, step] of inOrder.entries()) {
    const { row, outcome } = step
    if (row.result === 'accepted' && outcome === 'create') {
      const came: Array<Step['creates'][number]> = []
      try {
        await create(step, row, walked, came)
        step.outcome = success
      } catch (error) {
        if (!isRekeyError(error)) throw error
        if (isFault(error)) {
          for (const left of inOrder.slice(index).filter(({ outcome }) => outcome === 'create')) end(left, 'not-done', error.message, error.code)
          return error
        }
        end(step, 'refused', error.message, String(error.detail.field ?? error.code))
        step.creates = success === 'created' ? came : []
      }
    }
    progress?.(index + 1)
  }
  return undefined
}

interface Walk {
  readonly creator: Creator
  readonly observe: boolean
  readonly refusedHosts: Map<string, string>
  readonly newHosts: Set<string>
}

function end (step: Step, outcome: Outcome, reason: string, field: string): void {
  step.outcome = outcome
  step.reason = reason
  step.field = field
}

/** @param came is given what came to be, also when it throws @throws RekeyError */
async function create ({ creates }: Step, { host, credential }: AcceptedRow, { creator, observe, refusedHosts, newHosts }: Walk, came: Array<Step['creates'][number]>): Promise<void> {
  const key = `${host.zone}/${host.id}`
  if (creates.includes('host')) {
    try {
      await creator.createHost(host, observe)
      newHosts.add(key)
      came.push('host')
    } catch (error) {
      if (isRekeyError(error) && !isFault(error)) refusedHosts.set(key, error.message)
      throw error
    }
  }
  const refused = refusedHosts.get(key)
  if (refused !== undefined) throw new RekeyError('host/unknown', `the API refused its host: ${refused}`, { field: 'host' })
  if (credential === undefined || !(creates.includes('key') || creates.includes('password'))) return
  try {
    await creator.adopt({ zone: host.zone, host: host.id, account: credential.account, name: nameOf(credential) }, credential.kind, credential.secret, observe && !newHosts.has(key))
  } catch (error) {
    // Somebody else has handed it over in the meantime.
    if (!isRekeyError(error, 'credential/exists')) throw error
  }
}

/** Not about this row: every other would fare the same. */
function isFault (error: RekeyError): boolean {
  return error.retry !== 'after-change' || isRekeyError(error, 'auth/missing', 'auth/forbidden', 'vault/forbidden')
}
