import { generateKeyPairSync, randomBytes } from 'node:crypto'
import forge from 'node-forge'

export interface Shown { readonly cert: string, readonly key: string }

const hour = 60 * 60 * 1000

/** A CA that certifies clients, each for as long as a test wants. */
export class ClientAuthority {
  readonly #key = rsaKey()
  readonly #ca = draft('clients', this.#key, hour)

  constructor () {
    this.#ca.setExtensions([{ name: 'basicConstraints', cA: true, critical: true }, { name: 'keyUsage', keyCertSign: true, critical: true }])
    this.#ca.sign(this.#key.private, forge.md.sha256.create())
  }

  /** As PEM. */
  get certificate (): string {
    return forge.pki.certificateToPem(this.#ca)
  }

  /** @param forMs from now on; negative: it has ended that long ago */
  issue (forMs: number = hour): Shown {
    const key = rsaKey()
    const certificate = draft('worker-production', key, forMs)
    certificate.setIssuer(this.#ca.subject.attributes)
    certificate.setExtensions([{ name: 'keyUsage', digitalSignature: true, critical: true }, { name: 'extKeyUsage', clientAuth: true }])
    certificate.sign(this.#key.private, forge.md.sha256.create())
    return { cert: forge.pki.certificateToPem(certificate), key: key.pem }
  }
}

interface RsaKey { readonly pem: string, readonly private: forge.pki.rsa.PrivateKey }

function rsaKey (): RsaKey {
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  return { pem, private: forge.pki.privateKeyFromPem(pem) }
}

function draft (name: string, { private: { n, e } }: RsaKey, forMs: number): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.setRsaPublicKey(n, e)
  certificate.serialNumber = '01' + randomBytes(16).toString('hex')
  certificate.validity.notBefore = new Date(Date.now() - 2 * hour)
  certificate.validity.notAfter = new Date(Date.now() + forMs)
  certificate.setSubject([{ name: 'commonName', value: name }])
  certificate.setIssuer(certificate.subject.attributes)
  return certificate
}
