import type { Registry } from 'prom-client'
import { Gauge } from 'prom-client'

/** A certificate that a service shows; its end is seen before it comes. */
export interface Ending {
  /** Negative once it has ended. */
  secondsLeft (): number
  /** Whether it should have been renewed by now. */
  isLate (): boolean
}

/** By whom each is shown to; nothing where that one is shown none. */
export type Certificates = Readonly<Partial<Record<'Redis' | 'Vault' | 'callers', Ending | undefined>>>

/** Adds to the registry how long each certificate goes on. */
export function measureCertificates (certificates: Certificates, registry: Registry): void {
  // eslint-disable-next-line no-new -- the registry keeps it
  new Gauge({
    name: 'rekey_certificate_seconds_left',
    help: 'Time until the certificate ends that this process shows, by whom it is shown to; negative afterwards',
    labelNames: ['to'],
    registers: [registry],
    collect () {
      for (const [to, certificate] of there(certificates)) this.set({ to: to.toLowerCase() }, certificate.secondsLeft())
    }
  })
}

/** What a probe should know of them; nothing while all are fresh. */
export function remarkOnCertificates (certificates: Certificates): string | undefined {
  const late = there(certificates).filter(([, certificate]) => certificate.isLate()).map(([to]) => to)
  return late.length === 0 ? undefined : `what is shown to ${late.join(' and ')} as a certificate has less than a quarter of its life left: renew it`
}

function there (certificates: Certificates): Array<[string, Ending]> {
  return Object.entries(certificates).flatMap(([to, certificate]) => certificate === undefined ? [] : [[to, certificate]])
}
