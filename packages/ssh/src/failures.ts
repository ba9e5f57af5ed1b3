import { RekeyError } from '@rekey/domain'
import type { Offered } from './algorithms.ts'
import type { HostOffer, TurnedAway } from './host-offer.ts'
import { noCommonAlgorithm } from './mismatch.ts'
import { penalised } from './penalties.ts'

/** What ssh2 says of an error besides its text. */
export interface SshError extends Error {
  readonly level?: string
  readonly code?: string | number
}

/** What of the connection an error is judged by. */
export interface Circumstances {
  /** Types of the keys that the host is known by; none: it is not known. */
  readonly pinnedTypes: readonly string[]
  readonly offered: Offered
  readonly offer: HostOffer | undefined
  /** That the host has turned us away before it said who it is. */
  readonly turnedAway: TurnedAway | undefined
}

/**
 * What an error of ssh2 means. Its text is only compared, never passed on: what a host says in it could be anything.
 */
export function translate (error: SshError, { pinnedTypes, offered, offer, turnedAway }: Circumstances): RekeyError {
  const { level, message, code } = error
  const isPinned = pinnedTypes.length > 0
  const canSignBySha1 = offer?.hostKey.includes('ssh-rsa') === true && (!isPinned || pinnedTypes.includes('ssh-rsa'))
  if (isPinned && !canSignBySha1 && message.includes('no matching host key format')) {
    return new RekeyError('ssh/identity-changed', 'the host has no key of a pinned type: it can\'t prove to be the pinned host')
  }
  if (message.startsWith('Handshake failed: no matching')) {
    if (offer !== undefined) return noCommonAlgorithm(offer, offered, { canSignBySha1 })
    return new RekeyError('ssh/no-common-algorithm', 'the host offers no modern algorithms (SHA-2, AES-GCM or CTR, Curve25519, ECDH or group 14 and up): update its SSH server or its configuration')
  }
  if (message.includes('signature verification failed')) {
    return new RekeyError('ssh/misbehaved', 'the host showed a key but could not sign with it; nothing was sent')
  }
  if (level === 'client-timeout') return new RekeyError('ssh/timeout', 'the host no longer answers')
  if (turnedAway !== undefined) return whyTurnedAway(turnedAway)
  if (level === 'client-socket' || message === 'Connection lost before handshake' || message === 'No response from server') {
    return new RekeyError('ssh/dropped', 'the connection broke before the host answered')
  }
  // A disconnect message carries a number (RFC 4253, section 11.1) and a text by the host.
  if (typeof code === 'number') {
    return message.startsWith('Too many authentication failures')
      ? new RekeyError('ssh/dropped', 'the host ended the connection: too many keys were shown (MaxAuthTries)', { reason: code })
      : new RekeyError('ssh/dropped', 'the host ended the connection', { reason: code })
  }
  return new RekeyError('ssh/misbehaved', 'the host broke the SSH protocol')
}

function whyTurnedAway (words: TurnedAway): RekeyError {
  return words === 'Exceeded MaxStartups'
    ? new RekeyError('ssh/dropped', 'the host has too many logins under way (sshd_config, MaxStartups); nothing was shown to it')
    : new RekeyError('ssh/dropped', 'the host lets nobody in from this worker\'s address for a while, as too many logins from there have failed (sshd_config, PerSourcePenalties): nothing was shown to it, and nothing of this says that a secret is refused. Name the address in PerSourcePenaltyExemptList if others share it', penalised)
}
