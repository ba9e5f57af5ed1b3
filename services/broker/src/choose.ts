import { formatName, inScope, parseName, RekeyError, selects, type Credential, type CredentialName, type Labels, type LeaseGrant, type Selector } from '@rekey/domain'
import type { Admitted } from './admit.ts'
import { denied } from './admit.ts'
import type { RequestPorts } from './ports.ts'

/** What a request asks for: by name, or all that a selector covers. */
export type Wanted = { readonly names: readonly string[] } | { readonly selector: Selector }

/** A credential with what grants and orders go by. */
export interface Candidate {
  readonly credential: Credential
  readonly labels: Labels
}

/** One lease has so many at most. */
export const mostCredentials = 64

/**
 * The first grant by name, those first for which nobody has to be asked, that covers all that is wanted, and what that is.
 * @throws RekeyError `lease/refused`, whoever asks for what there is not being told the same; `name/invalid`
 */
export async function choose (wanted: Wanted, admitted: Admitted, ports: RequestPorts): Promise<{ grant: LeaseGrant, chosen: readonly Candidate[] }> {
  const candidates = await find(wanted, asksForLabels(wanted, admitted), ports)
  for (const grant of admitted.grants.toSorted((one, other) => Number(one.approval) - Number(other.approval))) {
    const covered = candidates.filter(({ credential, labels }) => selects(grant.selector, credential, labels))
    const isEnough = 'names' in wanted ? covered.length === wanted.names.length : covered.length > 0
    if (!isEnough) continue
    if (covered.length > mostCredentials) throw new RekeyError('input/unprocessable', `a lease has ${mostCredentials} credentials at most: narrow the selector down`, { field: 'selector' })
    return { grant, chosen: covered }
  }
  throw await denied(admitted.token, admitted.grants.map(({ name }) => ({ grant: name, claim: 'selector', says: `it does not cover ${'names' in wanted ? wanted.names.join(', ') : 'anything of what is asked for'}` })), ports)
}

/** Most go by names alone, and then no host's record is read. */
function asksForLabels (wanted: Wanted, { grants, orders }: Admitted): boolean {
  const scopes = [...'selector' in wanted ? [wanted.selector] : [], ...grants.map(({ selector }) => selector), ...orders.map(({ scope }) => scope)]
  return scopes.some(({ labels }) => labels !== undefined)
}

async function find (wanted: Wanted, withLabels: boolean, ports: RequestPorts): Promise<Candidate[]> {
  const names = 'names' in wanted ? wanted.names.map((text) => ofZone(parseName(text), ports)) : await namesIn(wanted.selector, ports)
  const found = await Promise.all(names.map(async (name) => await candidate(name, withLabels, ports)))
  return found.filter((one) => one !== undefined).filter(({ credential, labels }) => 'names' in wanted || selects(wanted.selector, credential, labels))
}

/** What a selector may cover, as far as names tell: no secret of others is read. */
async function namesIn ({ labels: _, ...scope }: Selector, { store }: RequestPorts): Promise<CredentialName[]> {
  return (await store.credentialNames()).filter((name) => inScope(scope, name, {}))
}

function ofZone (name: CredentialName, { zone }: RequestPorts): CredentialName {
  if (name.zone !== zone) throw new RekeyError('zone/unknown', `credentials: this is the broker of the zone ${zone}; ask another zone's for ${formatName(name)}`, { field: 'credentials' })
  return name
}

async function candidate (name: CredentialName, withLabels: boolean, { store }: RequestPorts): Promise<Candidate | undefined> {
  const [credential, labels] = await Promise.all([store.credential(name), withLabels ? store.labels(name.host) : {}])
  return credential && { credential, labels }
}
