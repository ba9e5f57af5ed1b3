import { collectDefaultMetrics, measureAudit, measureCertificates, Registry, type Backlog, type Certificates } from '@rekey/metrics'
import type { BrokerPorts } from './ports.ts'

/** What a broker tells a monitoring system. docs/metrics.md lists it. */
export function registryOf (zone: string, { certificates, backlog }: {
  readonly certificates: Certificates
  /** What of the audit trail is on this machine only. */
  readonly backlog: () => Promise<Backlog>
}): Registry {
  const registry = new Registry()
  registry.setDefaultLabels({ zone })
  collectDefaultMetrics({ register: registry })
  measureAudit(backlog, registry)
  measureCertificates(certificates, registry)
  return registry
}

/** Why it can hand nothing out now; nothing when it can. */
export async function vaultTrouble ({ store }: Pick<BrokerPorts, 'store'>): Promise<string | undefined> {
  return await store.ready().then(() => undefined, () => 'Vault is out of service for this broker: the log says why')
}
