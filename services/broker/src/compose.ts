import { startAudit, type RunningAudit } from '@rekey/audit'
import type { RekeyError } from '@rekey/domain'
import { openClientCertificate, type Certificate } from '@rekey/http/certificate'
import { httpsJson, TokenVerifier, type VerifierOptions } from '@rekey/oidc'
import { checkOwnRights, createBrokerStore, createJournalArchive, createVaultClient } from '@rekey/vault'
import type { Logger } from 'pino'
import { readText, type Environment } from './config.ts'
import type { BrokerPorts } from './ports.ts'

/** The only place where the broker's adapters meet: Vault, issuers and audit trail of one zone. */
export async function compose (environment: Environment, logger: Logger): Promise<{ readonly ports: BrokerPorts, readonly certificate: Certificate | undefined, readonly backlog: RunningAudit['backlog'], readonly close: () => Promise<void> }> {
  const zone = environment.REKEY_ZONE
  const now = (): Date => new Date()
  const certificate = openClientCertificate({ ca: readText(environment.REKEY_VAULT_CA_FILE, 'REKEY_VAULT_CA_FILE'), certFile: environment.REKEY_VAULT_TLS_CERT_FILE, keyFile: environment.REKEY_VAULT_TLS_KEY_FILE }, 'REKEY_VAULT')
  const client = createVaultClient({
    address: environment.REKEY_VAULT_ADDR,
    caFile: environment.REKEY_VAULT_CA_FILE,
    certificate,
    login: { method: 'approle', roleIdFile: environment.REKEY_VAULT_ROLE_ID_FILE, secretIdFile: environment.REKEY_VAULT_SECRET_ID_FILE }
  })
  await checkOwnRights(client, { service: `the broker of ${zone}`, policies: [`rekey-broker-${zone}`], zone })
  const onMalformed = (error: RekeyError): void => { logger.error({ event: 'alarm', alarm: 'malformed-document', ...error.detail }, error.message) }
  const verifier = new TokenVerifier({ ...issuersOf(environment, certificate), now })
  const audit = await startAudit(environment, { service: `broker-${zone}`, archive: createJournalArchive({ client, zone }), log: logger })
  return {
    certificate,
    backlog: audit.backlog,
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

/** Vault's certificate is checked by its own CA, those of CI issuers by the system's and a further one. Vault is asked where this broker reaches it, whatever address its tokens name. */
function issuersOf (environment: Environment, certificate: Certificate | undefined): Pick<VerifierOptions, 'fetchJson' | 'people'> {
  const { REKEY_BROKER_ISSUER_CA_FILE: ca, REKEY_IDENTITY_AUDIENCE: audience, REKEY_IDENTITY_ISSUER: issuer = `${new URL(environment.REKEY_VAULT_ADDR).origin}/v1/identity/oidc` } = environment
  const fromCi = httpsJson({ ca: ca === undefined ? undefined : readText(ca, 'REKEY_BROKER_ISSUER_CA_FILE') })
  const fromVault = httpsJson({ ca: readText(environment.REKEY_VAULT_CA_FILE, 'REKEY_VAULT_CA_FILE'), certificate })
  return {
    fetchJson: async (url) => await (url.startsWith(`${issuer}/`) ? fromVault(new URL(new URL(url).pathname, environment.REKEY_VAULT_ADDR).href) : fromCi(url)),
    people: audience === undefined ? undefined : { issuer, audience }
  }
}
