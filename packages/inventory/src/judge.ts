import { addressKind, addressRule, namePattern, nameRule, type HostTrust, type NameKind, type Secret } from '@rekey/domain'
import type { KnownHosts } from './known-hosts.ts'
import type { ProposedCredential, Proposal, RefusedCredential, RefusedProposal } from './proposal.ts'
import { attempt, refusal, refusalOf, type Refusal } from './refusal.ts'
import type { AcceptedRow, InventoryHost, RefusedRow, Row } from './row.ts'
import { chooseZone, type ZoneChoice } from './zone-choice.ts'

export interface Judge {
  readonly zone: ZoneChoice
  readonly knownHosts: KnownHosts | undefined
  readonly trustFirstUse: boolean
  /** @throws RekeyError `input/invalid` */
  readonly readSecret: (credential: ProposedCredential) => Promise<Secret>
}

/** The limits of `POST /v1/hosts`. */
const [mostLabels, mostHostKeys] = [32, 16]

/** One row for each credential, or one for the host alone; one refused row when the host itself can't be taken. */
export async function judge (proposal: Proposal | RefusedProposal, by: Judge): Promise<Row[]> {
  if ('refused' in proposal) return [refusedHost(proposal, proposal.refused)]
  const host = attempt(() => hostOf(proposal, by))
  if ('refused' in host) return [refusedHost(proposal, host.refused)]
  if (proposal.credentials.length === 0) return [{ source: proposal.source, result: 'accepted', host: host.value, credential: undefined }]
  return await Promise.all(proposal.credentials.map(async credential => await credentialRow(host.value, credential, proposal, by)))
}

function refusedHost ({ source, id }: Proposal | RefusedProposal, { reason, field }: Refusal): RefusedRow {
  return { source, result: 'refused', reason, field, host: wellFormed('host', id), account: undefined }
}

async function credentialRow (host: InventoryHost, credential: ProposedCredential | RefusedCredential, { fields }: Proposal, by: Judge): Promise<Row> {
  const refused = ({ reason, field }: Refusal): RefusedRow => ({
    source: credential.source, result: 'refused', reason, field, host: host.id, account: wellFormed('account', credential.account)
  })
  if ('refused' in credential) return refused(credential.refused)
  try {
    const { account, name, kind, via } = credential
    if (account === undefined) throw refusal('names no account; without one the login would be whoever runs the tool', fields.account)
    named('account', account, fields.account)
    if (name !== undefined) named('credential', name, fields.name)
    const secret = await by.readSecret(credential)
    return { source: credential.source, result: 'accepted', host, credential: { account, name, kind, secret, via } } satisfies AcceptedRow
  } catch (error) {
    return refused(refusalOf(error))
  }
}

/** @throws RekeyError `input/invalid` */
function hostOf (proposal: Proposal, by: Judge): InventoryHost {
  const { id, address, port, labels, legacyAlgorithms, fields } = proposal
  named('host', id, fields.id)
  const zone = named('zone', proposal.zone ?? chooseZone(by.zone, proposal.groups, fields.zone), fields.zone)
  if (addressKind(address) === undefined) throw refusal(addressRule, fields.address)
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw refusal('is not a port; use a whole number from 1 to 65535', fields.port)
  const entries = Object.entries(labels)
  if (entries.length > mostLabels) throw refusal(`gives this host ${entries.length} labels; at most ${mostLabels} are taken`, fields.labels)
  for (const [key, value] of entries) {
    named('label', key, fields.labels)
    named('label', value, fields.labels)
  }
  return { zone, id, address, port, labels, trust: trustOf(proposal, by), ...legacyAlgorithms && { legacyAlgorithms } }
}

/** @throws RekeyError `input/invalid` */
function trustOf ({ hostKeys, firstUse, address, port, knownAs }: Proposal, { knownHosts, trustFirstUse }: Judge): HostTrust {
  const known = knownHosts?.find(address, port, knownAs)
  const keys = hostKeys ?? known?.keys ?? []
  // On first use nobody could keep a worker from pinning the very key that was revoked.
  if (known?.revoked.some(key => keys.length === 0 || keys.includes(key)) === true) {
    throw refusal('a key of this host is marked @revoked; find out which key it has now, and name that', 'known_hosts')
  }
  if (keys.length > mostHostKeys) throw refusal(`has more than ${mostHostKeys} keys for this host`, 'known_hosts')
  if (keys.length > 0) return { mode: 'pinned', keys }
  if (firstUse || trustFirstUse) return { mode: 'first-use' }
  throw refusal(
    known?.byAuthority === true
      ? 'only a certificate authority vouches for this host; add a line with its own key, or allow trust on first use'
      : known?.byOtherKind === true
        ? 'has no key of this host that can be pinned (Ed25519, ECDSA or RSA); add one, or allow trust on first use'
        : knownHosts === undefined
          ? 'no known_hosts file was given, and this host has no key here; give one, or allow trust on first use'
          : 'has no line for this host\'s address and port; add its key once you have checked it, or allow trust on first use',
    'known_hosts')
}

/** @throws RekeyError `input/invalid` with the grammar of such names */
function named (kind: NameKind, value: string, field: string): string {
  if (wellFormed(kind, value) === undefined) throw refusal(`is malformed; use ${nameRule(kind)}`, field)
  return value
}

function wellFormed (kind: NameKind, value: string | undefined): string | undefined {
  return value !== undefined && new RegExp(namePattern(kind)).test(value) ? value : undefined
}
