import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { SecureContext } from 'node:tls'
import { createSecureContext } from 'node:tls'
import { RekeyError } from '@rekey/domain'

export interface ClientCertificateFiles {
  /** PEM of the CA that signed Redis's certificate. */
  readonly ca: string | undefined
  readonly certFile: string | undefined
  readonly keyFile: string | undefined
}

interface Pair {
  /** Certificate and key as they were read, to see that they have changed. */
  readonly cert: string
  readonly key: string
  readonly context: SecureContext
  readonly from: number
  readonly end: number
}

/**
 * What a service shows Redis beside its password. The files are read anew for each connection, so that a renewed certificate is
 * taken up without a restart; connections that are open keep theirs, as TLS does.
 */
export class ClientCertificate {
  readonly #read: (known?: Pair) => Pair
  #pair: Pair

  /** @throws RekeyError `config/invalid` when the files can't be read or are no pair */
  constructor (files: { readonly ca: string, readonly certFile: string, readonly keyFile: string }) {
    this.#read = (known) => {
      const cert = readFileSync(files.certFile, 'utf8')
      const key = readFileSync(files.keyFile, 'utf8')
      if (known?.cert === cert && known.key === key) return known
      const { validFrom, validTo } = new X509Certificate(cert)
      return { cert, key, context: createSecureContext({ ca: files.ca, cert, key, minVersion: 'TLSv1.2' }), from: Date.parse(validFrom), end: Date.parse(validTo) }
    }
    try {
      this.#pair = this.#read()
    } catch {
      // The library's error is left out: it may quote from the key.
      throw new RekeyError('config/invalid', `REKEY_REDIS_TLS_CERT_FILE and REKEY_REDIS_TLS_KEY_FILE: ${files.certFile} and ${files.keyFile} must be readable, and a certificate with its key as PEM`)
    }
  }

  /** For a new connection. While the files are replaced one after the other they are no pair: the last one goes on being shown. */
  context (): SecureContext {
    return this.#renewed().context
  }

  /** Until it ends, in seconds; negative afterwards. By the real clock, as Redis goes by that. */
  secondsLeft (): number {
    return (this.#renewed().end - Date.now()) / 1000
  }

  /** Whether less than a quarter of its life is left: what renews it should have done so at a third. */
  isLate (): boolean {
    const { from, end } = this.#renewed()
    return end - Date.now() < (end - from) / 4
  }

  #renewed (): Pair {
    try {
      this.#pair = this.#read(this.#pair)
    } catch {}
    return this.#pair
  }
}

/**
 * @returns nothing when no certificate is set
 * @throws RekeyError `config/invalid` when one of the settings is missing, or the files are unusable
 */
export function openClientCertificate ({ ca, certFile, keyFile }: ClientCertificateFiles): ClientCertificate | undefined {
  if (certFile === undefined && keyFile === undefined) return undefined
  if (ca === undefined || certFile === undefined || keyFile === undefined) {
    throw new RekeyError('config/invalid', 'REKEY_REDIS_TLS_CERT_FILE needs REKEY_REDIS_TLS_KEY_FILE and the other way round, and both need REKEY_REDIS_CA_FILE')
  }
  return new ClientCertificate({ ca, certFile, keyFile })
}
