import { RekeyError } from '@rekey/domain'

/** What ssh2 says of an error besides its text. */
export interface SshError extends Error {
  readonly level?: string
  readonly code?: string | number
}

/**
 * What an error of ssh2 means. Its text is only compared, never passed on: what a host says in it could be anything.
 */
export function translate (error: SshError, { isPinned }: { isPinned: boolean }): RekeyError {
  const { level, message, code } = error
  if (isPinned && message.includes('no matching host key format')) {
    return new RekeyError('ssh/identity-changed', 'the host has no key of a pinned type, or can only sign with SHA-1: it can\'t prove to be the pinned host')
  }
  if (message.startsWith('Handshake failed: no matching')) {
    return new RekeyError('ssh/unreachable', 'the host offers no modern algorithms (SHA-2, AES-GCM or CTR, Curve25519, ECDH or group 14 and up): update its SSH server or its configuration')
  }
  if (message.includes('signature verification failed')) {
    return new RekeyError('ssh/misbehaved', 'the host showed a key but could not sign with it; nothing was sent')
  }
  if (level === 'client-timeout') return new RekeyError('ssh/timeout', 'the host no longer answers')
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
