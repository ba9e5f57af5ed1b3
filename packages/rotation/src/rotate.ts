import type { Plan } from '@rekey/domain'
import { hasLeft, isRekeyError } from '@rekey/domain'
import { archive } from './archive.ts'
import type { Facts, Outline } from './facts.ts'
import { isOrdered, mayAct, orderFor } from './facts.ts'
import { isObserved, observersOf } from './observe.ts'
import { orderBehind } from './order-behind.ts'
import type { StepEnd } from './ports.ts'
import { recover } from './recover.ts'
import type { Backoff, Setback } from './setback.ts'
import { setbackOf, withSetback } from './setback.ts'
import type { Step } from './steps.ts'
import { steps } from './steps.ts'
import type { Turn } from './turn.ts'

/** A rotation takes five steps; recoveries and lost races repeat some. Beyond this many a host or a race leads us in circles. */
const mostSteps = 24

export function dueStep (credential: Outline, facts: Facts): Step | undefined {
  if (archive.due(credential, facts)) return archive
  return isObserved(credential, facts) ? undefined : nextStep(credential, facts)
}

function nextStep (credential: Outline, facts: Facts): Step | undefined {
  return !hasLeft(credential) && mayAct(credential, facts) ? steps.find((step) => step.due(credential, facts)) : undefined
}

/** What would be done next if the credential were not observed. */
export function planOf (credential: Outline, facts: Facts): Plan | null {
  const step = nextStep(credential, facts)
  if (step === undefined) return null
  const { order } = credential.candidate ?? credential.current
  return { step: step.name, order: step.name === 'store' || step.name === 'lock' ? orderedBy(credential, facts) : order }
}

/** 0 where it is due for its age. */
function orderedBy (credential: Outline, facts: Facts): number {
  return isOrdered(credential, facts) ? orderFor(credential, facts) : 0
}

/** Who of a host is observed and what is planned, in one text: when it changes, states have to be told anew. */
export function plansOf (credentials: readonly Outline[], facts: Facts): string {
  return credentials.map((credential) => {
    const observers = observersOf(credential, facts)
    if (observers.length === 0) return ''
    const plan = planOf(credential, facts)
    return [...observers, plan?.step, plan?.order].join(' ')
  }).join()
}

/**
 * The loop around the steps: the first that is due, do it, record it, until none is or one meets a setback.
 * @returns how many steps were taken
 * @throws RekeyError what is not the host's doing: Vault, audit, a lost lease. Then nothing more may be done.
 */
export async function rotate (turn: Turn, backoff: Backoff): Promise<number> {
  for (let taken = 0; ; taken += 1) {
    const step = dueStep(turn.credential, turn.facts)
    if (step === undefined) return taken
    const ended = turn.ports.meter?.step({ step: step.name, credential: turn.name, order: orderBehind(step.name, turn.credential, turn.facts) })
    if (taken === mostSteps) {
      await record({ class: 'outcome-unknown', code: 'host/circles', message: 'The rotation went in circles; it goes on later.' }, step, ended)
      return taken
    }
    turn.isSending = false
    try {
      const stopped = await step.act(turn)
      const setback = stopped?.hold === 'locked-out' ? await recover(turn, stopped) : stopped
      if (setback !== undefined) {
        await record(setback, step, ended)
        return taken
      }
      ended?.()
      if (step.name === 'prove') await turn.tellOutcome('prove', 'done')
    } catch (error) {
      if (isRekeyError(error, 'vault/conflict')) {
        ended?.(error)
        await turn.readBack()
        continue
      }
      const setback = setbackOf(error, turn.isSending)
      if (setback === undefined) throw error
      await record(setback, step, ended)
      return taken
    }
  }

  async function record (setback: Setback, step: Step, ended: StepEnd | undefined): Promise<void> {
    ended?.(setback)
    const isNew = setback.code !== turn.credential.lastFailure?.code
    turn.ports.log.warn({ event: 'setback', credential: turn.name, step: step.name, class: setback.class, code: setback.code, hold: setback.hold }, setback.message)
    try {
      await turn.save(withSetback(turn.credential, setback, step.name, turn.ports.now(), backoff))
    } catch (error) {
      if (!isRekeyError(error, 'vault/conflict')) throw error
      await turn.readBack()
    }
    // What goes on failing in the same way is told once.
    if (isNew) await turn.tellOutcome(step.name, 'stopped', `${setback.class}: ${setback.code}`)
  }
}
