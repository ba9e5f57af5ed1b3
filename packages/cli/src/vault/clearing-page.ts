import { endsInTime, formatName, formatThrough, hasExpired, isSameHold, type Clearing, type Credential } from '@rekey/domain'
import type { ProposalPage } from './proposal-page.ts'

/** @param credentials all of the host, as they stand in Vault */
export function pageOfClearing (clearing: Clearing, credentials: readonly Credential[]): ProposalPage {
  const { zone, number, host, hold } = clearing
  const place = `${zone}/${host}/${formatThrough(clearing.credential)}`
  const credential = credentials.find(({ name }) => formatName(name) === place)
  return {
    title: `Clearing ${number} of ${place}`,
    lines: [`  hold      ${hold.class} since ${hold.since}`, ...credential === undefined ? [] : linesOf(credential, clearing)],
    warning: 'From then on its rotation goes on by itself. Put right first what held it, or it is held again.',
    confirmation: { what: 'the class of the hold', text: hold.class },
    whyNot: whyNot(clearing, credential)
  }
}

function linesOf ({ current, candidate, retired, target, hold }: Credential, clearing: Clearing): string[] {
  const say = (what: string, fingerprint: string): string => `  ${what.padEnd(9)} ${fingerprint}`
  return [
    ...hold !== null && isSameHold(clearing.hold, hold) ? [`  detail    ${hold.detail}`] : [],
    `  bound to  ${target.address} port ${target.port}`,
    say('current', current.fingerprint),
    ...candidate === null ? [] : [say('successor', candidate.fingerprint)],
    ...retired.map(({ fingerprint }) => say('debt', fingerprint))
  ]
}

function whyNot (clearing: Clearing, credential: Credential | undefined): string | undefined {
  if (credential === undefined) return 'there is no such credential'
  if (credential.hold === null) return 'it is not on hold any more'
  if (!isSameHold(clearing.hold, credential.hold)) return `it is on hold for something else by now: ${credential.hold.class} since ${credential.hold.since}; propose it anew`
  if (hasExpired(clearing, new Date())) return `it expired at ${clearing.expiresAt}`
  return endsInTime(clearing) ? undefined : 'it lives too long'
}
