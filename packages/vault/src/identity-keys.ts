import { RekeyError } from '@rekey/domain'
import { checkAddress, createTransport, type ShownCertificate } from './transport.ts'

export interface IdentityKeysOptions {
  readonly address: string
  readonly caFile?: string | undefined
  readonly certificate?: ShownCertificate | undefined
  readonly timeoutMs?: number
}

/** The public keys by which a Vault signs its identity tokens, a JSON Web Key Set. Anybody may read them, so that needs no login. */
export function createIdentityKeys ({ address, caFile, certificate, timeoutMs = 5000 }: IdentityKeysOptions) {
  const uri = `${checkAddress(address).origin}/v1/identity/oidc/.well-known/keys`
  const transport = createTransport({ address, caFile, certificate, timeoutMs })
  return {
    /** @throws RekeyError `vault/unavailable` */
    async read (): Promise<unknown> {
      const { statusCode, body } = await transport({ method: 'GET', uri })
      if (statusCode !== 200) throw new RekeyError('vault/unavailable', `Vault does not tell the keys by which it signs identities (status ${statusCode})`)
      return body
    },
    close (): void {
      transport.close()
    }
  }
}
