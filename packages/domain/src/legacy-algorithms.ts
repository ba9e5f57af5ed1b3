/**
 * What a host's record may except from "modern algorithms only", and why each can be borne where a host has nothing better. An
 * exception is offered last, so a host that has something better never uses it.
 *
 * Not here, and refused: what can be broken by who only listens or waits. `none` and `arcfour*` hide nothing or too little;
 * `3des-cbc`, `blowfish-cbc` and `cast128-cbc` have blocks of 64 bits (Sweet32); `diffie-hellman-group1-sha1` has 1024 bits (Logjam), and
 * in `diffie-hellman-group-exchange-sha1` the host picks the group; `ssh-dss` keys have 1024 bits; `hmac-md5`, and the MACs that
 * are cut off, save nothing that `hmac-sha1` does not.
 */
export const legacyCatalogue = {
  'diffie-hellman-group14-sha1': { kind: 'kex', because: 'its group has 2048 bits; SHA-1 only sums up the handshake, and to forge that takes a collision found within a login' },
  'ssh-rsa': { kind: 'signature', because: 'the keys have at least 2048 bits; to forge a signature takes a collision of SHA-1 found within a login, around random numbers of both ends' },
  'aes256-cbc': { kind: 'cipher', because: 'AES itself is sound; what CBC gives away in SSH are some bits of a packet for each connection that is broken (CVE-2008-5161)' },
  'aes192-cbc': { kind: 'cipher', because: 'as aes256-cbc' },
  'aes128-cbc': { kind: 'cipher', because: 'as aes256-cbc' },
  'hmac-sha1': { kind: 'mac', because: 'an HMAC does not need what SHA-1 has lost: nobody can forge it' }
} as const satisfies Record<string, { kind: 'kex' | 'signature' | 'cipher' | 'mac', because: string }>

export type LegacyAlgorithm = keyof typeof legacyCatalogue

/** In the order in which they are offered. */
export const legacyAlgorithms = Object.keys(legacyCatalogue) as LegacyAlgorithm[]

export function isLegacyAlgorithm (name: string): name is LegacyAlgorithm {
  return Object.hasOwn(legacyCatalogue, name)
}
