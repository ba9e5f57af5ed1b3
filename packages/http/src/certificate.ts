import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { SecureContext, Server } from 'node:tls'
import { createSecureContext } from 'node:tls'
import { RekeyError } from '@rekey/domain'

export interface CertificateFiles {
  /** PEM of the CA that whoever it is shown to must have a certificate of; absent for a server, which asks nobody for one. */
  readonly ca?: string | undefined
  readonly certFile: string
  readonly keyFile: string
}

interface Pair {
  /** Certificate and key as they were read, to see that they have changed. */
  readonly cert: string
  readonly key: string
  readonly context: SecureContext
  readonly from: number
  readonly end: number
}

const minVersion = 'TLSv1.2'

/**
 * What a process shows of itself, as files that something else renews. They are read anew for each connection, so that a renewed
 * certificate is taken up without a restart; connections that are open keep theirs, as TLS does.
 */
export class Certificate {
  readonly #read: (known?: Pair) => Pair
  #pair: Pair

  /**
   * @param setting what the names of its settings begin with, as `REKEY_REDIS`
   * @throws RekeyError `config/invalid` when the files can't be read or are no pair
   */
  constructor ({ ca, certFile, keyFile }: CertificateFiles, setting: string) {
    this.#read = (known) => {
      const cert = readFileSync(certFile, 'utf8')
      const key = readFileSync(keyFile, 'utf8')
      if (known?.cert === cert && known.key === key) return known
      const { validFrom, validTo } = new X509Certificate(cert)
      return { cert, key, context: createSecureContext({ ca, cert, key, minVersion }), from: Date.parse(validFrom), end: Date.parse(validTo) }
    }
    try {
      this.#pair = this.#read()
    } catch {
      // The library's error is left out: it may quote from the key.
      throw new RekeyError('config/invalid', `${setting}_TLS_CERT_FILE and ${setting}_TLS_KEY_FILE: ${certFile} and ${keyFile} must be readable, and a certificate with its key as PEM`)
    }
  }

  /** For a new connection. While the files are replaced one after the other they are no pair: the last one goes on being shown. */
  context (): SecureContext {
    return this.#renewed().context
  }

  /** The same object until a renewed pair is there. */
  pem (): { readonly cert: string, readonly key: string } {
    return this.#renewed()
  }

  /** Until it ends, in seconds; negative afterwards. By the real clock, as whoever it is shown to goes by that. */
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
 * What a service shows a server that it asks.
 * @param setting what the names of its settings begin with, as `REKEY_REDIS`
 * @returns nothing when no certificate is set
 * @throws RekeyError `config/invalid` when one of the settings is missing, or the files are unusable
 */
export function openClientCertificate ({ ca, certFile, keyFile }: { readonly [Part in keyof CertificateFiles]: string | undefined }, setting: string): Certificate | undefined {
  if (certFile === undefined && keyFile === undefined) return undefined
  if (ca === undefined || certFile === undefined || keyFile === undefined) {
    throw new RekeyError('config/invalid', `${setting}_TLS_CERT_FILE needs ${setting}_TLS_KEY_FILE and the other way round, and both need ${setting}_CA_FILE`)
  }
  return new Certificate({ ca, certFile, keyFile }, setting)
}

/** Has a server that was made with this certificate show it to each new connection as it is by then. */
export function showRenewed (server: Server, certificate: Certificate): void {
  let shown = certificate.pem()
  // Ahead of the listener that begins the handshake.
  server.prependListener('connection', () => {
    const pem = certificate.pem()
    if (pem === shown) return
    shown = pem
    server.setSecureContext({ cert: pem.cert, key: pem.key, minVersion })
  })
}
