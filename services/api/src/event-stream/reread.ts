import { formatName, type CredentialName, type CredentialState } from '@rekey/domain'
import { credentialState, type UnseenState } from '../credential-views.ts'
import type { Inventory } from '../inventory-port.ts'

type State = CredentialState | UnseenState

const readsAtOnce = 16

/** States of before, those of targets that were not settled as they are now. Undefined when one of these is no target any more. */
export async function reread (inventory: Inventory, states: readonly State[], targets: ReadonlyArray<CredentialName & { readonly outcome: string }>): Promise<State[] | undefined> {
  const open = new Set(targets.filter(({ outcome }) => outcome !== 'settled').map(formatName))
  const fresh = [...states]
  const places = [...states.keys()].filter(at => open.has(formatName(fresh[at] as State)))
  for (let from = 0; from < places.length; from += readsAtOnce) {
    const found = await Promise.all(places.slice(from, from + readsAtOnce).map(async at => ({ at, state: await one(inventory, fresh[at] as State) })))
    for (const { at, state } of found) {
      if (state === undefined || state.status === 'refused') return undefined
      fresh[at] = state
    }
  }
  return fresh
}

async function one (inventory: Inventory, state: State): Promise<State | undefined> {
  return state.status === 'adopting' ? await credentialState(inventory, state) : await inventory.state(state)
}
