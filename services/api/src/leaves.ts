import type { Static } from 'typebox'
import { formatThrough, hostsBehind, parseThrough, RekeyError, siblingsRelyingOn, type CredentialState, type HostRecord, type Leave, type Proposal, type Through } from '@rekey/domain'
import type { CallerPorts } from './caller-ports.ts'
import type { Inventory, Zone } from './inventory-port.ts'
import { draftOf } from './proposal-draft.ts'
import { readOnce } from './read-once.ts'
import type { LeaveView, NewLeave } from './schemas/proposal.ts'

/** The states of a host's credentials. */
export type StateReader = (zone: string, host: string) => Promise<CredentialState[]>

/** Where it is looked up who relies on what leaves. */
interface LeaveReader {
  readonly hosts: (zone: string) => Promise<HostRecord[]>
  readonly states: StateReader
}

/** For as long as one answer is made: each list is read once. */
export function leaveReader (inventory: Inventory): LeaveReader {
  return {
    hosts: readOnce(async (zone: string) => await inventory.hosts(zone)),
    states: readOnce(async (zone: string, host: string) => {
      const states: CredentialState[] = []
      for await (const state of inventory.states(zone, { host })) states.push(state)
      return states
    })
  }
}

/**
 * Proposes that a host with all it has, or one credential of it, leaves. Nothing changes by it: the zone's worker asks Vault who has
 * approved, and looks for itself who relies on it.
 * @throws RekeyError `host/left`, `credential/unknown`, `credential/left`, `leave/still-needed`; `audit/unwritable`, `vault/*`
 * @param going the host, and null or its credential that leaves alone
 */
export async function proposeLeave (ports: CallerPorts, zone: Zone, { record, credential }: { readonly record: HostRecord, readonly credential: Through | null }, body: Static<typeof NewLeave>): Promise<Proposal> {
  if (record.leftAt !== undefined) throw hostLeaves(record, 'so there is nothing more to do')
  const place = placeOf({ zone: zone.name, host: record.id, credential })
  const reader = leaveReader(ports.inventory)
  const states = (await reader.states(zone.name, record.id)).filter(isOf(credential))
  if (credential !== null && !await ports.inventory.credentialExists({ zone: zone.name, host: record.id, ...credential })) {
    throw new RekeyError('credential/unknown', `name: there is no ${place}; GET /v1/credentials lists those there are`, { field: 'name' })
  }
  const [only] = states
  if (credential !== null && only?.status === 'left') throw credentialLeaves(only, place, 'so there is nothing more to do', 'name')
  const needed = await neededBy(reader, { zone: zone.name, host: record.id, credential }, record)
  if (needed.length > 0) throw new RekeyError('leave/still-needed', `${place} can't leave before ${needed.join(', ')}: it is reached, changed or recovered through it; let that leave first, or give it another way`)
  const signOff = body.signOff === true ? states.flatMap(({ unproven }) => unproven) : []
  await ports.audit.record({ act: 'leave.propose', target: place, reason: body.reason, detail: signOff.length === 0 ? 'nothing signed off' : `to be signed off: ${signOff.join(', ')}` })
  return await ports.inventory.createProposal({ kind: 'leave', ...draftOf(ports, zone.name, body), host: record.id, credential, signOff })
}

/** What of a leave is shown besides what every proposal says. */
export async function leaveTerms (reader: LeaveReader, leave: Leave, record: HostRecord | undefined): Promise<Pick<Static<typeof LeaveView>, 'kind' | 'credential' | 'signOff' | 'unproven' | 'neededBy'>> {
  const { zone, host, credential, signOff } = leave
  const states = (await reader.states(zone, host)).filter(isOf(credential))
  return {
    kind: 'leave',
    credential: credential && formatThrough(credential),
    signOff,
    unproven: states.flatMap(({ unproven }) => unproven),
    neededBy: record === undefined ? [] : await neededBy(reader, leave, record)
  }
}

/** What became of a leave that has not expired. */
export async function leaveStatus ({ states }: LeaveReader, { zone, host, number, credential }: Leave, record: HostRecord | undefined): Promise<'open' | 'taken-up' | 'carried-out' | 'void'> {
  if (record === undefined) return 'void'
  const leaving = credential === null ? null : (await states(zone, host)).find(isOf(credential))?.leaving
  const taken = credential === null ? record.leave : leaving?.proposal
  if (taken !== undefined && taken >= number) return taken === number ? 'carried-out' : 'taken-up'
  return typeof (credential === null ? record.leftAt : leaving?.leftAt) === 'string' ? 'void' : 'open'
}

/** For whoever asks something of a host that leaves. */
export function hostLeaves ({ zone, id, leftAt }: HostRecord, consequence: string, field = 'id'): RekeyError {
  return new RekeyError('host/left', `${field}: ${zone}/${id} ${leftAt === undefined ? 'leaves' : 'has left'}, ${consequence}; add the machine under another id if it is to be managed again`, { field })
}

/** For whoever asks something of a credential that leaves. */
export function credentialLeaves (state: Pick<CredentialState, 'leaving'>, name: string, consequence: string, field: string): RekeyError {
  return new RekeyError('credential/left', `${field}: ${name} ${state.leaving?.leftAt == null ? 'leaves' : 'has left'}, ${consequence}`, { field })
}

/** Who stays and relies on it, as `zone/host` or `zone/host/account/name`. */
async function neededBy ({ hosts, states }: LeaveReader, { zone, host, credential }: Pick<Leave, 'zone' | 'host' | 'credential'>, record: HostRecord): Promise<string[]> {
  const behind = hostsBehind({ host, credential }, await hosts(zone)).map(({ id }) => `${zone}/${id}`)
  if (credential === null) return behind
  const siblings = (await states(zone, host)).filter(({ status }) => status !== 'refused' && status !== 'left')
    .map(({ account, name, through }) => ({ account, name, through: through === null ? null : parseThrough(through) }))
  return [...behind, ...siblingsRelyingOn(credential, siblings, record.recovery).map((one) => placeOf({ zone, host, credential: one }))]
}

function isOf (credential: Through | null): (state: CredentialState) => boolean {
  return (state) => credential === null || formatThrough(state) === formatThrough(credential)
}

function placeOf ({ zone, host, credential }: Pick<Leave, 'zone' | 'host' | 'credential'>): string {
  return `${zone}/${host}${credential === null ? '' : `/${formatThrough(credential)}`}`
}
