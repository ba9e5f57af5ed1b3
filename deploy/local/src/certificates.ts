import { generateKeyPair, randomBytes, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import forge from 'node-forge'
import type { Layout } from './layout.ts'
import { exists, writeOwned } from './files.ts'

const days = 24 * 60 * 60 * 1000
const caLifetime = 3650 * days
/** Below what Apple and the CA/Browser Forum accept for a server (398 days). */
const serverLifetime = 397 * days
const renewBefore = 30 * days

/** Who gets a certificate: for 127.0.0.1 and localhost, and for further addresses. */
export interface Server { readonly name: string, readonly uid: number, readonly addresses?: readonly string[] }

interface Issuer { readonly certificate: forge.pki.Certificate, readonly key: forge.pki.rsa.PrivateKey }

/** RSA, as node-forge signs no EC keys; made by node:crypto, which is a hundred times faster at it. */
async function newKey (): Promise<{ pem: string, key: forge.pki.rsa.PrivateKey, publicKey: forge.pki.rsa.PublicKey }> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' }
  })
  const key = forge.pki.privateKeyFromPem(privateKey)
  return { pem: privateKey, key, publicKey: forge.pki.setRsaPublicKey(key.n, key.e) }
}

function draft (name: string, publicKey: forge.pki.rsa.PublicKey, lifetime: number): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = publicKey
  // Positive, and 64 bits of chance at least: RFC 5280 4.1.2.2.
  certificate.serialNumber = '01' + randomBytes(16).toString('hex')
  certificate.validity.notBefore = new Date(Date.now() - 5 * 60 * 1000)
  certificate.validity.notAfter = new Date(Date.now() + lifetime)
  certificate.setSubject([{ name: 'commonName', value: name }])
  return certificate
}

async function makeCa (paths: Layout): Promise<Issuer> {
  const { pem, key, publicKey } = await newKey()
  const certificate = draft('Rekey local CA', publicKey, caLifetime)
  certificate.setIssuer(certificate.subject.attributes)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' }
  ])
  certificate.sign(key, forge.md.sha256.create())
  await writeOwned(paths.caKey, pem, 0, 0o600)
  await writeOwned(paths.ca, forge.pki.certificateToPem(certificate), 0, 0o644)
  return { certificate, key }
}

async function readCa (paths: Layout): Promise<Issuer> {
  return {
    certificate: forge.pki.certificateFromPem(await readFile(paths.ca, 'utf8')),
    key: forge.pki.privateKeyFromPem(await readFile(paths.caKey, 'utf8'))
  }
}

async function issue (paths: Layout, ca: Issuer, server: Server): Promise<void> {
  const { pem, publicKey } = await newKey()
  const certificate = draft(`rekey ${server.name}`, publicKey, serverLifetime)
  certificate.setIssuer(ca.certificate.subject.attributes)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: [...['127.0.0.1', ...server.addresses ?? []].map(ip => ({ type: 7, ip })), { type: 2, value: 'localhost' }] },
    { name: 'authorityKeyIdentifier', keyIdentifier: ca.certificate.generateSubjectKeyIdentifier().getBytes() },
    { name: 'subjectKeyIdentifier' }
  ])
  certificate.sign(ca.key, forge.md.sha256.create())
  await writeOwned(paths.certificateKey(server.name), pem, server.uid, 0o400)
  await writeOwned(paths.certificate(server.name), forge.pki.certificateToPem(certificate), 0, 0o644)
}

async function isDue (file: string): Promise<boolean> {
  if (!await exists(file)) return true
  return Date.parse(new X509Certificate(await readFile(file)).validTo) - Date.now() < renewBefore
}

/**
 * Makes the stack's CA where there is none, and certificates for 127.0.0.1 and localhost for the servers that have none
 * or one that ends within 30 days. A server reads a new one when it starts.
 */
export async function ensureCertificates (paths: Layout, servers: readonly Server[]): Promise<void> {
  const ca = await exists(paths.ca) ? await readCa(paths) : await makeCa(paths)
  await Promise.all(servers.map(async server => {
    if (await isDue(paths.certificate(server.name))) await issue(paths, ca, server)
  }))
}
