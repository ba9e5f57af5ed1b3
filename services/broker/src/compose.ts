import { startAudit } from '@rekey/audit'
import type { RekeyError } from '@rekey/domain'
import { httpsJson, TokenVerifier, type VerifierOptions } from '@rekey/oidc'
import { createBrokerStore, createJournalArchive, createVaultClient } from '@rekey/vault'
import type { Logger } from 'pino'
import { readText, type Environment } from './config.ts'
import type { BrokerPorts } from './ports.ts'

/** The only place where the broker's adapters meet: Vault, issuers and audit trail of one zone. */
export async function compose (environment: Environment, logger: Logger): Promise<{ readonly ports: BrokerPorts, readonly close: () => Promise<void> }> {
  const zone = environment.REKEY_ZONE
  const now = (): Date => new Date()
  const client = createVaultClient({
    address: environment.REKEY_VAULT_ADDR,
    caFile: environment.REKEY_VAULT_CA_FILE,
    login: { method: 'approle', roleIdFile: environment.REKEY_VAULT_ROLE_ID_FILE, secretIdFile: environment.REKEY_VAULT_SECRET_ID_FILE }
  })
  const onMalformed = (error: RekeyError): void => { logger.error({ event: 'alarm', alarm: 'malformed-document', ...error.detail }, error.message) }
  const verifier = new TokenVerifier({ ...issuersOf(environment), now })
  const audit = await startAudit(environment, { service: `broker-${zone}`, archive: createJournalArchive({ client, zone }), log: logger })
  return {
    ports: {
      zone,
      store: createBrokerStore({ client, zone, onMalformed }),
      verify: async (token, trusted) => await verifier.verify(token, trusted),
      audit: audit.trail,
      now
    },
    async close () {
      await audit.close()
      await client.close()
    }
  }
}

/** Vault's certificate is checked by its own CA, those of CI issuers by the system's and a further one. */
function issuersOf (environment: Environment): Pick<VerifierOptions, 'fetchJson' | 'people'> {
  const { REKEY_BROKER_ISSUER_CA_FILE: ca, REKEY_IDENTITY_AUDIENCE: audience, REKEY_IDENTITY_ISSUER: issuer = `${new URL(environment.REKEY_VAULT_ADDR).origin}/v1/identity/oidc` } = environment
  const fromCi = httpsJson({ ca: ca === undefined ? undefined : readText(ca, 'REKEY_BROKER_ISSUER_CA_FILE') })
  const fromVault = httpsJson({ ca: readText(environment.REKEY_VAULT_CA_FILE, 'REKEY_VAULT_CA_FILE') })
  return {
    fetchJson: async (url) => await (url.startsWith(`${issuer}/`) ? fromVault : fromCi)(url),
    people: audience === undefined ? undefined : { issuer, audience }
  }
}
