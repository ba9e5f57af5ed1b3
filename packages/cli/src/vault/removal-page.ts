import { endsInTime, fingerprint, formatName, hasExpired, isPassword, type Credential, type HostRecord, type Removal } from '@rekey/domain'
import type { ProposalPage } from './proposal-page.ts'

/** @param credentials all of the host, as they stand in Vault */
export function pageOfRemoval (removal: Removal, record: HostRecord | undefined, credentials: readonly Credential[]): ProposalPage {
  const { zone, number, host, account, publicKey } = removal
  return {
    title: `Removal ${number} at ${zone}/${host}/${account}`,
    lines: [`  key       ${publicKey.split(' ')[0] ?? ''} ${fingerprint(publicKey)}`],
    warning: 'Whoever logs in with this key is locked out there, and only he has it: it can\'t be put back from here.',
    confirmation: { what: 'the account', text: `${host}/${account}` },
    whyNot: whyNot(removal, record, credentials)
  }
}

function whyNot (removal: Removal, record: HostRecord | undefined, credentials: readonly Credential[]): string | undefined {
  if (record === undefined) return 'its host is not in the inventory'
  if (record.leftAt !== undefined) return 'its host has left'
  const owner = credentials.find(({ current, candidate, retired }) => [current, candidate, ...retired].some(secret => secret !== null && !isPassword(secret) && secret.publicKey === removal.publicKey))
  if (owner !== undefined) return `the key is managed as ${formatName(owner.name)}: rotate that one`
  if (hasExpired(removal, new Date())) return `it expired at ${removal.expiresAt}`
  return endsInTime(removal) ? undefined : 'it lives too long'
}
