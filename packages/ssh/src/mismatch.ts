import type { LegacyAlgorithm } from '@rekey/domain'
import { RekeyError, legacyAlgorithms, legacyCatalogue } from '@rekey/domain'
import type { Offered } from './algorithms.ts'
import type { HostOffer } from './host-offer.ts'

/** Old algorithms without an exception. Only names that stand here or in the catalogue are repeated: a host could call one anything. */
const refused = [
  'diffie-hellman-group1-sha1', 'diffie-hellman-group-exchange-sha1', 'diffie-hellman-group-exchange-sha256', 'ssh-dss', 'none',
  '3des-cbc', 'blowfish-cbc', 'cast128-cbc', 'arcfour', 'arcfour128', 'arcfour256', 'rijndael-cbc@lysator.liu.se',
  'hmac-md5', 'hmac-md5-96', 'hmac-sha1-96', 'hmac-ripemd160', 'hmac-sha1-etm@openssh.com', 'umac-64@openssh.com', 'umac-128@openssh.com'
]

/**
 * A host with which we share too little to speak at all: says what it offers, and which exceptions would help.
 * @param canSignBySha1 whether an exception for `ssh-rsa` would let the host prove who it is
 */
export function noCommonAlgorithm (offer: HostOffer, offered: Offered, { canSignBySha1 }: { canSignBySha1: boolean }): RekeyError {
  const lacks = [
    { kind: 'kex', name: 'key exchange', theirs: offer.kex, ours: offered.kex },
    { kind: 'signature', name: 'the host key', theirs: offer.hostKey, ours: offered.serverHostKey },
    { kind: 'cipher', name: 'encryption', theirs: offer.cipher, ours: offered.cipher },
    { kind: 'mac', name: 'integrity', theirs: offer.mac, ours: needsMac(offer, offered) ? offered.hmac : offer.mac }
  ].filter(({ theirs, ours }) => !ours.some((name) => theirs.includes(name)))
  const helping = lacks.map(({ kind, theirs }) => legacyAlgorithms.find((name) => legacyCatalogue[name].kind === kind && theirs.includes(name) && (kind !== 'signature' || canSignBySha1)))
  const exceptions = helping.filter((name) => name !== undefined)
  const offers = lacks.map(({ name, theirs }) => `for ${name} ${listed(theirs)}`).join('; ')
  return new RekeyError('ssh/no-common-algorithm', `the host offers nothing modern: ${offers}. ${wayOut(exceptions, exceptions.length === lacks.length)}`, { exceptions: exceptions.join() })
}

function wayOut (exceptions: readonly LegacyAlgorithm[], isEnough: boolean): string {
  return isEnough && exceptions.length > 0
    ? `Update its SSH server, or add it again under another id with "legacyAlgorithms": ${JSON.stringify(exceptions)}`
    : 'No exception is made for that: update its SSH server or its configuration'
}

/** The MAC does not matter where the cipher is one of those that have their own. */
function needsMac ({ cipher }: HostOffer, offered: Offered): boolean {
  const agreed = offered.cipher.find((name) => cipher.includes(name))
  return agreed === undefined || !/gcm|poly1305/.test(agreed)
}

function listed (names: readonly string[]): string {
  const known = names.filter((name) => refused.includes(name) || (legacyAlgorithms as string[]).includes(name))
  const others = names.length - known.length
  return [...known, ...others === 0 ? [] : [`${others} that ${others === 1 ? 'is' : 'are'} not known here`]].join(', ')
}
