import { isRekeyError, RekeyError } from '@rekey/domain'
import type { AcceptedRow } from '@rekey/inventory'
import type { Api } from './api.ts'
import { nameOf, type Outcome, type Step } from './plan.ts'

/**
 * Creates what the plan says, in its order, and writes down what became of each step. It stops where the API itself fails:
 * what is left then is `not-done`, and the next run goes on there.
 * @param observe a new host is observed with all its credentials, and on a host that is there already the credential itself
 * @param progress is told how many of the steps are through
 */
export async function apply (steps: readonly Step[], api: Api, { observe, progress }: { observe: boolean, progress: (done: number) => void }): Promise<void> {
  const refusedHosts = new Map<string, string>()
  const newHosts = new Set<string>()
  for (const [index, step] of steps.entries()) {
    const { row, outcome } = step
    if (row.result === 'accepted' && outcome === 'create') {
      try {
        await create(step, row, { api, observe, refusedHosts, newHosts })
        step.outcome = 'created'
      } catch (error) {
        if (!isRekeyError(error)) throw error
        if (isFault(error)) {
          for (const left of steps.slice(index).filter(({ outcome }) => outcome === 'create')) end(left, 'not-done', error.message, error.code)
          return
        }
        end(step, 'refused', error.message, String(error.detail.field ?? error.code))
      }
    }
    progress(index + 1)
  }
}

function end (step: Step, outcome: Outcome, reason: string, field: string): void {
  step.outcome = outcome
  step.reason = reason
  step.field = field
}

/** @throws RekeyError */
async function create ({ creates }: Step, { host, credential }: AcceptedRow, { api, observe, refusedHosts, newHosts }: {
  api: Api
  observe: boolean
  refusedHosts: Map<string, string>
  newHosts: Set<string>
}): Promise<void> {
  const key = `${host.zone}/${host.id}`
  if (creates.includes('host')) {
    try {
      await api.createHost(host, observe)
      newHosts.add(key)
    } catch (error) {
      if (isRekeyError(error) && !isFault(error)) refusedHosts.set(key, error.message)
      throw error
    }
  }
  const refused = refusedHosts.get(key)
  if (refused !== undefined) throw new RekeyError('host/unknown', `the API refused its host: ${refused}`, { field: 'host' })
  if (credential === undefined || !(creates.includes('key') || creates.includes('password'))) return
  try {
    await api.adopt({ zone: host.zone, host: host.id, account: credential.account, name: nameOf(credential) }, credential.kind, credential.secret, observe && !newHosts.has(key))
  } catch (error) {
    // Somebody else has handed it over in the meantime.
    if (!isRekeyError(error, 'credential/exists')) throw error
  }
}

/** Not about this row: every other would fare the same. */
function isFault (error: RekeyError): boolean {
  return error.retry !== 'after-change' || isRekeyError(error, 'auth/missing', 'vault/forbidden')
}
