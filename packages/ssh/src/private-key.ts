import { createHash, createPrivateKey, createPublicKey, generateKeyPair, generateKeyPairSync, sign, verify } from 'node:crypto'
import type { JsonWebKey, KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { KeyAlgorithm, UserKey } from '@rekey/domain'
import { RekeyError, Secret, fingerprint } from '@rekey/domain'
import { armoured, readArmour, readOpenSsh } from './openssh-format.ts'
import { checkRsa, curves } from './public-key.ts'
import { integer, string } from './wire.ts'

/*
 * A generated key is taken out of its job as bytes and read in anew. In Node.js 20 the job shares the key's lock with the KeyObject that it gives, and its
 * destructor takes that lock: when the garbage collector comes while the KeyObject is being exported, the process waits for itself, for ever.
 */
const publicKeyEncoding = { type: 'spki', format: 'der' } as const
const privateKeyEncoding = { type: 'pkcs8', format: 'der' } as const

function made ({ privateKey: der }: { readonly privateKey: Buffer }): UserKey {
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  return userKey(key)
}

/** A new Ed25519 key. */
export function makeKey (): UserKey {
  return made(generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding }))
}

const make = promisify(generateKeyPair)

/** A new key. Those of RSA are made beside what else is done, and take about a second. */
export async function makeKeyOf (algorithm: KeyAlgorithm): Promise<UserKey> {
  switch (algorithm) {
    case 'ed25519': return makeKey()
    case 'ecdsa-p256': return made(await make('ec', { namedCurve: 'P-256', publicKeyEncoding, privateKeyEncoding }))
    case 'rsa-3072': return made(await make('rsa', { modulusLength: 3072, publicKeyEncoding, privateKeyEncoding }))
    case 'rsa-4096': return made(await make('rsa', { modulusLength: 4096, publicKeyEncoding, privateKeyEncoding }))
  }
}

/**
 * Reads one unencrypted private key: OpenSSH's format, PKCS#8, PKCS#1 (RSA) or SEC 1 (EC). Whatever it came in, and
 * whatever its comment, the same key comes out as the same text.
 * @throws RekeyError `key/encrypted`, `key/unreadable`, `key/weak`, each saying what to do
 */
export function parsePrivateKey (text: string): UserKey {
  const armour = readArmour(text)
  const key = armour.label === 'OPENSSH PRIVATE KEY' ? keyFrom(() => readOpenSsh(armour.body)) : pemKey(armour.pem)
  refuseWeak(key)
  if (!worksTogether(key)) {
    throw new RekeyError('key/unreadable', 'the private key does not belong to its own public half: it is damaged; hand over an intact copy')
  }
  return userKey(key)
}

function pemKey (pem: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, format: 'pem' })
  } catch {
    throw damaged()
  }
}

function keyFrom (read: () => JsonWebKey): KeyObject {
  let jwk: JsonWebKey
  try {
    jwk = read()
  } catch (error) {
    if (error instanceof RekeyError) throw error
    throw damaged()
  }
  // OpenSSL refuses to load very short RSA keys, and that would look like damage.
  if (jwk.n !== undefined) checkRsa(Buffer.from(jwk.n, 'base64url').length * 8)
  let key: KeyObject
  try {
    key = createPrivateKey({ key: jwk, format: 'jwk' })
  } catch {
    throw damaged()
  }
  // The public half of an Ed25519 key follows from the private one, and Node takes it from there.
  if (jwk.kty === 'OKP' && key.export({ format: 'jwk' }).x !== jwk.x) throw damaged()
  return key
}

function refuseWeak (key: KeyObject): void {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type === 'rsa') {
    checkRsa(details?.modulusLength ?? 0)
  } else if (type === 'dsa') {
    throw new RekeyError('key/weak', 'DSA keys are too weak, and current hosts refuse them: put an Ed25519 key on the host and hand that over')
  } else if (type !== 'ed25519' && !(type === 'ec' && curveOf(key) !== undefined)) {
    throw new RekeyError('key/weak', 'keys of this kind are not accepted: use Ed25519, ECDSA on a NIST curve, or RSA')
  }
}

function worksTogether (key: KeyObject): boolean {
  const probe = Buffer.from('rekey')
  const hash = key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  try {
    return verify(hash, probe, createPublicKey(key), sign(hash, probe, key))
  } catch {
    return false
  }
}

function curveOf (key: KeyObject): typeof curves[number] | undefined {
  const names: Record<string, string> = { prime256v1: 'nistp256', secp384r1: 'nistp384', secp521r1: 'nistp521' }
  return curves.find(({ ssh }) => ssh === names[key.asymmetricKeyDetails?.namedCurve ?? ''])
}

function userKey (key: KeyObject): UserKey {
  const { type, publicParts, privateParts } = partsOf(key)
  const blob = Buffer.concat([string(type), ...publicParts])
  // The check number only tells a wrong passphrase from a right one; taken from the public half, it keeps the text the same.
  const check = createHash('sha256').update(blob).digest().subarray(0, 4)
  const publicKey = `${type} ${blob.toString('base64')}`
  return {
    privateKey: Secret.of(armoured(blob, Buffer.concat([check, check, string(type), ...privateParts, string('')]))),
    publicKey,
    fingerprint: fingerprint(publicKey)
  }
}

/** The fields of a public blob (RFC 4253, 5656, 8709) and of a private section (OpenSSH's PROTOCOL.key). */
function partsOf (key: KeyObject): { type: string, publicParts: Buffer[], privateParts: Buffer[] } {
  const jwk = key.export({ format: 'jwk' })
  const field = (name: 'x' | 'y' | 'd' | 'n' | 'e' | 'p' | 'q' | 'qi') => Buffer.from(jwk[name] ?? '', 'base64url')
  if (jwk.kty === 'OKP') {
    const x = field('x')
    return { type: 'ssh-ed25519', publicParts: [string(x)], privateParts: [string(x), string(Buffer.concat([field('d'), x]))] }
  }
  if (jwk.kty === 'RSA') {
    const [n, e, d, qi, p, q] = [field('n'), field('e'), field('d'), field('qi'), field('p'), field('q')].map(integer) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer]
    return { type: 'ssh-rsa', publicParts: [e, n], privateParts: [n, e, d, qi, p, q] }
  }
  const curve = curveOf(key)
  if (curve === undefined) throw new Error('a curve that was not checked')
  const point = string(Buffer.concat([Buffer.of(4), field('x'), field('y')]))
  return { type: `ecdsa-sha2-${curve.ssh}`, publicParts: [string(curve.ssh), point], privateParts: [string(curve.ssh), point, integer(field('d'))] }
}

function damaged (): RekeyError {
  return new RekeyError('key/unreadable', 'the private key is damaged or cut off: hand over the whole file, from its BEGIN line to its END line')
}
