import { startAudit, type RunningAudit } from '@rekey/audit'
import type { Certificate } from '@rekey/http/certificate'
import { identityIssuer, readText, readTextIfNamed, vaultAccess } from '@rekey/http/settings'
import { httpsJson, TokenVerifier, type VerifierOptions } from '@rekey/oidc'
import { checkOwnRights, createBrokerStore, createJournalArchive, createVaultClient, malformedAlarm } from '@rekey/vault'
import type { Logger } from 'pino'
import type { Environment } from './config.ts'
import type { BrokerPorts } from './ports.ts'

/** The only place where the broker's adapters meet: Vault, issuers and audit trail of one zone. */
export async function compose (environment: Environment, logger: Logger): Promise<{ readonly ports: BrokerPorts, readonly certificate: Certificate | undefined, readonly backlog: RunningAudit['backlog'], readonly close: () => Promise<void> }> {
  const zone = environment.REKEY_ZONE
  const now = (): Date => new Date()
  const toVault = vaultAccess(environment)
  const client = createVaultClient({ address: environment.REKEY_VAULT_ADDR, ...toVault })
  await checkOwnRights(client, { service: `the broker of ${zone}`, policies: [`rekey-broker-${zone}`], zone })
  const verifier = new TokenVerifier({ ...issuersOf(environment, toVault.certificate), now })
  const audit = await startAudit(environment, { service: `broker-${zone}`, archive: createJournalArchive({ client, zone }), log: logger })
  return {
    certificate: toVault.certificate,
    backlog: audit.backlog,
    ports: {
      zone,
      store: createBrokerStore({ client, zone, onMalformed: malformedAlarm(logger) }),
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
  const [audience, issuer] = [environment.REKEY_IDENTITY_AUDIENCE, identityIssuer(environment)]
  const fromCi = httpsJson({ ca: readTextIfNamed(environment.REKEY_BROKER_ISSUER_CA_FILE, 'REKEY_BROKER_ISSUER_CA_FILE') })
  const fromVault = httpsJson({ ca: readText(environment.REKEY_VAULT_CA_FILE, 'REKEY_VAULT_CA_FILE'), certificate })
  return {
    fetchJson: async (url) => await (url.startsWith(`${issuer}/`) ? fromVault(new URL(new URL(url).pathname, environment.REKEY_VAULT_ADDR).href) : fromCi(url)),
    people: audience === undefined ? undefined : { issuer, audience }
  }
}
