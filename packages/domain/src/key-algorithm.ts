/** Of the keys that Rekey makes. */
export const keyAlgorithms = ['ed25519', 'ecdsa-p256', 'rsa-3072', 'rsa-4096'] as const
export type KeyAlgorithm = typeof keyAlgorithms[number]

/** How to make a key that a host judges as it judges this one, `type base64`: of RSA the shortest, which is made the soonest. */
export function algorithmLike (publicKey: string): KeyAlgorithm {
  if (publicKey.startsWith('ssh-rsa ')) return 'rsa-3072'
  return publicKey.startsWith('ecdsa-sha2-') ? 'ecdsa-p256' : 'ed25519'
}
