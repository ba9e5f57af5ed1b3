import { endsInTime, formatName, formatThrough, hasExpired, hasLeft, type Credential, type HostRecord, type Leave } from '@rekey/domain'
import type { ProposalPage } from './proposal-page.ts'

/** @param credentials all of the host, as they stand in Vault */
export function pageOfLeave (leave: Leave, record: HostRecord | undefined, credentials: readonly Credential[]): ProposalPage {
  const { zone, number, host, credential, signOff } = leave
  const going = credentials.filter(({ name }) => credential === null || formatThrough(name) === formatThrough(credential))
  const place = `${zone}/${host}${credential === null ? '' : `/${formatThrough(credential)}`}`
  return {
    title: `Leave ${number} of ${place}`,
    lines: [...going.flatMap((one) => linesOf(one, signOff)), ...going.length === 0 ? ['  it has no credential'] : []],
    warning: 'From then on nothing of it is rotated, whatever is ordered, and what is signed off is never proven dead. Its secrets stay in Vault.',
    confirmation: credential === null ? { what: 'the host\'s name', text: host } : { what: 'the credential\'s name', text: place },
    whyNot: whyNot(leave, record, going)
  }
}

function linesOf (credential: Credential, signOff: readonly string[]): string[] {
  const { name, current, candidate, retired, hold, leaving } = credential
  const say = (what: string, fingerprint: string): string => `    ${what.padEnd(9)} ${fingerprint}${signOff.includes(fingerprint) ? ', signed off without a proof' : ''}`
  return [
    `  ${formatName(name)}${hasLeft(credential) ? ', which has left' : leaving === null ? '' : ', which leaves already'}${hold === null ? '' : `, on hold: ${hold.class}`}`,
    say('current', current.fingerprint),
    ...candidate === null ? [] : [say('successor', candidate.fingerprint)],
    ...retired.map(({ fingerprint }) => say('debt', fingerprint))
  ]
}

function whyNot (leave: Leave, record: HostRecord | undefined, going: readonly Credential[]): string | undefined {
  if (record === undefined) return 'its host is not in the inventory'
  if (leave.credential !== null && going.length === 0) return 'there is no such credential'
  if (record.leftAt !== undefined || (leave.credential !== null && going.every(hasLeft))) return 'it has left already'
  if (hasExpired(leave, new Date())) return `it expired at ${leave.expiresAt}`
  return endsInTime(leave) ? undefined : 'it lives too long'
}
