import { createPrivateKey, createPublicKey, generateKeyPair, randomBytes, sign, X509Certificate, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import forge from 'node-forge'
import type { Layout } from './layout.ts'
import { exists, readOwned, writeOwned } from './files.ts'

const days = 24 * 60 * 60 * 1000
const caLifetime = 3650 * days
const lifetime = 30 * days

/** Who is asked for a certificate: for 127.0.0.1 and localhost, and for further addresses. */
export interface Server { readonly name: string, readonly uid: number, readonly addresses?: readonly string[] }

/** A service that shows one to whom it asks. Its folder for secrets must exist. */
export interface Client { readonly service: string, readonly uid: number }

/** A certificate to be: whose it is, what it is good for, and where it lies. */
interface Order {
  readonly commonName: string
  readonly uid: number
  readonly extensions: readonly object[]
  readonly files: { readonly certificate: string, readonly key: string }
}

interface Issuer { readonly certificate: forge.pki.Certificate, readonly key: KeyObject }

/** The CA's: RSA, as node-forge knows no other in a certificate; made by node:crypto, which is a hundred times faster at it, and signs as fast. */
async function newSigningKey (): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' }
  })
  return privateKey
}

/** What a certificate is for: on an elliptic curve, as such a key costs a thousandth to make, and less than a tenth in each handshake. */
async function newKey (): Promise<{ pem: string, publicKey: Buffer }> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
  })
  return { pem: privateKey, publicKey }
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
  const pem = await newSigningKey()
  const [key, publicKey] = [createPrivateKey(pem), createPublicKey(pem)]
  const certificate = draft('Rekey local CA', forge.pki.publicKeyFromPem(publicKey.export({ type: 'spki', format: 'pem' }).toString()), caLifetime)
  certificate.setIssuer(certificate.subject.attributes)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' }
  ])
  await writeOwned(paths.caKey, pem, 0, 0o600)
  await writeOwned(paths.ca, signed(certificate, publicKey.export({ type: 'spki', format: 'der' }), key), 0, 0o644)
  return { certificate, key }
}

async function readCa (paths: Layout): Promise<Issuer> {
  return {
    certificate: forge.pki.certificateFromPem(await readFile(paths.ca, 'utf8')),
    key: createPrivateKey(await readFile(paths.caKey, 'utf8'))
  }
}

function serverOrder (paths: Layout, { name, uid, addresses = [] }: Server): Order {
  return {
    commonName: `rekey ${name}`,
    uid,
    extensions: [
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [...['127.0.0.1', ...addresses].map(ip => ({ type: 7, ip })), { type: 2, value: 'localhost' }] }
    ],
    files: { certificate: paths.certificate(name), key: paths.certificateKey(name) }
  }
}

function clientOrder (paths: Layout, { service, uid }: Client): Order {
  return { commonName: service, uid, extensions: [{ name: 'extKeyUsage', clientAuth: true }], files: { certificate: paths.clientCertificate(service), key: paths.clientKey(service) } }
}

async function issue (ca: Issuer, { commonName, uid, extensions, files }: Order): Promise<void> {
  const { pem, publicKey } = await newKey()
  // The CA's key stands in for its own, which node-forge can't write.
  const certificate = draft(commonName, ca.certificate.publicKey as forge.pki.rsa.PublicKey, lifetime)
  certificate.setIssuer(ca.certificate.subject.attributes)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, critical: true },
    ...extensions,
    { name: 'authorityKeyIdentifier', keyIdentifier: ca.certificate.generateSubjectKeyIdentifier().getBytes() }
  ])
  await writeOwned(files.key, pem, uid, 0o400)
  await writeOwned(files.certificate, signed(certificate, publicKey, ca.key), 0, 0o644)
}

/** Puts the key in the place of the one that stood in for it, and signs that: RFC 5280 4.1. @param publicKey as DER @param by the CA's key @returns PEM */
function signed (certificate: forge.pki.Certificate, publicKey: Buffer, by: KeyObject): string {
  const { asn1, pki } = forge
  certificate.signatureOid = certificate.siginfo.algorithmOid = pki.oids['sha256WithRSAEncryption'] ?? ''
  const [content, algorithm] = pki.certificateToAsn1(certificate).value as [forge.asn1.Asn1, forge.asn1.Asn1]
  const fields = content.value as forge.asn1.Asn1[]
  fields[6] = asn1.fromDer(publicKey.toString('binary'))
  const signature = sign('sha256', Buffer.from(asn1.toDer(content).getBytes(), 'binary'), by).toString('binary')
  const whole = asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [content, algorithm, asn1.create(asn1.Class.UNIVERSAL, asn1.Type.BITSTRING, false, `\0${signature}`)])
  return new X509Certificate(Buffer.from(asn1.toDer(whole).getBytes(), 'binary')).toString()
}

/** Whether less than a third of its life is left. One that does not fit its key, as a set-up was cut short between the two files, is due as well. */
async function isDue ({ files }: Order): Promise<boolean> {
  if (!await exists(files.certificate) || !await exists(files.key)) return true
  const certificate = new X509Certificate(await readFile(files.certificate))
  const end = Date.parse(certificate.validTo)
  return end - Date.now() < (end - Date.parse(certificate.validFrom)) / 3 || !fits(certificate, await readOwned(files.key))
}

function fits (certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}

/**
 * Makes the stack's CA where there is none, and certificates for those who have none or one of whose life less than a third is left.
 * A server's is good for a server alone and a client's for a client, so that neither passes for the other.
 * @returns the servers whose certificates are new
 */
export async function ensureCertificates (paths: Layout, servers: readonly Server[], clients: readonly Client[] = []): Promise<string[]> {
  const ca = await exists(paths.ca) ? await readCa(paths) : await makeCa(paths)
  const renew = async (order: Order): Promise<boolean> => {
    const due = await isDue(order)
    if (due) await issue(ca, order)
    return due
  }
  const [renewed] = await Promise.all([
    Promise.all(servers.map(async server => await renew(serverOrder(paths, server)) ? [server.name] : [])),
    Promise.all(clients.map(async client => await renew(clientOrder(paths, client))))
  ])
  return renewed.flat()
}
