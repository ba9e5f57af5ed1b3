import type { Static } from 'typebox'
import { fingerprint, managedBy, outcomeOf, RekeyError, type HostRecord, type Proposal, type Removal, type Survey } from '@rekey/domain'
import type { CallerPorts } from './caller-ports.ts'
import { hostLeaves, leaveReader } from './leaves.ts'
import { draftOf } from './proposal-draft.ts'
import type { NewRemoval, RemovalView } from './schemas/proposal.ts'

/**
 * Proposes that a key which a survey has found is taken out of an account's files. Nothing changes by it: the zone's worker asks Vault who has
 * approved, and looks for itself whether the key is managed.
 * @throws RekeyError `host/left`, `removal/key-unknown`, `removal/key-managed`, `removal/authority`; `audit/unwritable`, `vault/*`
 */
export async function proposeRemoval (ports: CallerPorts, record: HostRecord, body: Static<typeof NewRemoval>): Promise<Proposal> {
  const { zone, id: host } = record
  const { account, fingerprint: print, reason } = body
  if (record.leave !== undefined) throw hostLeaves(record, 'so nothing is changed there any more')
  const publicKey = foundKey(await ports.inventory.survey(zone, host), `${zone}/${host}`, body)
  const owner = (await leaveReader(ports.inventory).states(zone, host)).find(state => managedBy(state)?.fingerprints.includes(print) === true)
  if (owner !== undefined) throw new RekeyError('removal/key-managed', `${print} is managed as ${zone}/${host}/${owner.account}/${owner.name}: rotate that one (POST /v1/orders), and remove what is left of this key then`, { field: 'fingerprint' })
  await ports.audit.record({ act: 'removal.propose', target: `${zone}/${host}/${account}`, reason, detail: print })
  return await ports.inventory.createProposal({ kind: 'removal', ...draftOf(ports, zone, body), host, account, publicKey })
}

/** The key as it stands in the account's files by the last survey. */
function foundKey (survey: Survey | undefined, place: string, { account, fingerprint: print }: Static<typeof NewRemoval>): string {
  const found = survey?.result?.accounts.find(one => one.account === account)
  if (found?.authorities.some(one => one.fingerprint === print) === true) {
    throw new RekeyError('removal/authority', `${print} is a certificate authority of ${place}/${account}: whoever has a certificate of it logs in, so take its line out by hand once you know who has`, { field: 'fingerprint' })
  }
  const key = found?.keys.find(one => one.fingerprint === print)
  if (key !== undefined) return key.publicKey
  throw new RekeyError('removal/key-unknown', `no survey has found ${print} in a file of ${place}/${account}: have the host surveyed (POST /v1/hosts/{zone}/{id}/survey); what an AuthorizedKeysCommand tells stands in no file`, { field: 'fingerprint' })
}

/** What of a removal is shown besides what every proposal says. */
export function removalTerms (removal: Removal, survey: Survey | undefined): Pick<Static<typeof RemovalView>, 'kind' | 'account' | 'fingerprint' | 'refused'> {
  return { kind: 'removal', account: removal.account, fingerprint: fingerprint(removal.publicKey), refused: outcomeOf(removal, survey)?.refused ?? null }
}

/** What became of a removal that has not expired. */
export function removalStatus (removal: Removal, record: HostRecord | undefined, survey: Survey | undefined): 'open' | 'carried-out' | 'void' {
  const outcome = outcomeOf(removal, survey)
  if (outcome !== undefined) return outcome.refused === null ? 'carried-out' : 'void'
  return record === undefined || record.leftAt !== undefined ? 'void' : 'open'
}
