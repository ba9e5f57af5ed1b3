import { countAccounts, holdsZone, managedBy, type AccountCount, type ManagedSecret, type Survey } from '@rekey/domain'
import type { CallerPorts } from '../caller-ports.ts'
import { everyState } from '../credential-views.ts'
import { drift } from './drift.ts'
import type { Finding, FindingSource, Fleet } from './finding.ts'
import { lateCampaign } from './late-campaign.ts'
import { overdue } from './overdue.ts'
import { sharing } from './sharing.ts'
import { survey } from './survey.ts'
import { unverified } from './unverified.ts'

/** Who looks for what is wrong. */
const sources: readonly FindingSource[] = [sharing, overdue, lateCampaign, drift, unverified, survey]

export const findingKinds = sources.flatMap(({ kinds }) => kinds)
export const findingEndings = [...new Set(sources.flatMap(({ endings }) => endings))]

/** What findings are made of, read once. */
export async function readFleet (ports: CallerPorts): Promise<Fleet> {
  const { inventory, everyZone } = ports
  const [states, surveys] = await Promise.all([everyState(ports), Promise.all(everyZone.map(async zone => await inventory.surveys(zone)))])
  return { ports, states, surveys: surveys.flat() }
}

/** All that a caller may see, in the order of the list. */
export async function findAll (fleet: Fleet): Promise<Finding[]> {
  const found = await Promise.all(sources.map(async ({ find }) => await find(fleet)))
  return found.flat().sort((a, b) => findingKey(a) < findingKey(b) ? -1 : 1)
}

/** What of it lies in the caller's zones: the secrets that are managed there, and the surveys. */
export function ownOf ({ ports, states, surveys }: Fleet): { readonly managed: ManagedSecret[], readonly surveys: Survey[] } {
  const isOwn = ({ zone }: { readonly zone: string }): boolean => holdsZone(ports.caller.zones, zone)
  return { managed: states.filter(isOwn).flatMap(state => managedBy(state) ?? []), surveys: surveys.filter(isOwn) }
}

/** Accounts of the caller's zones. */
export function accountsOf (fleet: Fleet): AccountCount {
  const { managed, surveys } = ownOf(fleet)
  return countAccounts(managed, surveys)
}

/** The key of the list. */
export function findingKey ({ kind, id }: Pick<Finding, 'kind' | 'id'>): string {
  return `${kind}/${id}`
}
