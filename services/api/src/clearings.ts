import type { Static } from 'typebox'
import { formatName, formatThrough, isSameHold, RekeyError, type Clearing, type CredentialName, type HostRecord, type Proposal } from '@rekey/domain'
import type { CallerPorts } from './caller-ports.ts'
import { credentialLeaves } from './leaves.ts'
import type { StateReader } from './leaves.ts'
import { draftOf } from './proposal-draft.ts'
import type { ClearingView, NewClearing } from './schemas/proposal.ts'

/**
 * Proposes that the hold of a credential, as it stands now, is cleared. Nothing changes by it: the zone's worker asks Vault who has approved.
 * @throws RekeyError `credential/unknown`, `credential/left`, `credential/not-held`; `audit/unwritable`, `vault/*`
 */
export async function proposeClearing (ports: CallerPorts, record: HostRecord, name: CredentialName, body: Static<typeof NewClearing>): Promise<Proposal> {
  const { account, name: own } = name
  const place = formatName(name)
  const state = await ports.inventory.state(name)
  if (state === undefined || !await ports.inventory.credentialExists(name)) {
    throw new RekeyError('credential/unknown', `name: there is no ${place} that a worker has adopted; GET /v1/credentials lists those there are`, { field: 'name' })
  }
  if (state.status === 'left') throw credentialLeaves(state, place, 'so there is nothing more to do', 'name')
  const { hold } = state
  if (hold === null) throw new RekeyError('credential/not-held', `${place} is not on hold, so there is nothing to clear`)
  await ports.audit.record({ act: 'clear.propose', target: place, reason: body.reason, detail: `hold ${hold.class} since ${hold.since}` })
  return await ports.inventory.createProposal({ kind: 'clearing', ...draftOf(ports, record.zone, body), host: record.id, credential: { account, name: own }, hold: { class: hold.class, since: hold.since } })
}

/** What of a clearing is shown besides what every proposal says. */
export async function clearingTerms (states: StateReader, clearing: Clearing): Promise<Pick<Static<typeof ClearingView>, 'kind' | 'credential' | 'hold' | 'detail'>> {
  const hold = await holdOf(states, clearing)
  return { kind: 'clearing', credential: formatThrough(clearing.credential), hold: clearing.hold, detail: hold !== null && isSameHold(clearing.hold, hold) ? hold.detail : null }
}

/** What became of a clearing that has not expired. */
export async function clearingStatus (states: StateReader, clearing: Clearing): Promise<'open' | 'taken-up'> {
  return isSameHold(clearing.hold, await holdOf(states, clearing)) ? 'open' : 'taken-up'
}

async function holdOf (states: StateReader, { zone, host, credential }: Clearing) {
  return (await states(zone, host)).find((state) => formatThrough(state) === formatThrough(credential))?.hold ?? null
}
