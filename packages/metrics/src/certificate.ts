import type { Registry } from 'prom-client'
import { Gauge } from 'prom-client'

/** What a service shows another one; its end is seen before it comes. */
export interface Ending {
  /** Negative once it has ended. */
  secondsLeft (): number
  /** Whether it should have been renewed by now. */
  isLate (): boolean
}

/** Adds to the registry how long the certificate goes on, unless there is none. */
export function measureCertificate (certificate: Ending | undefined, registry: Registry): void {
  if (certificate === undefined) return
  // eslint-disable-next-line no-new -- the registry keeps it
  new Gauge({ name: 'rekey_certificate_seconds_left', help: 'Time until the certificate ends that this process shows Redis; negative afterwards', registers: [registry], collect () { this.set(certificate.secondsLeft()) } })
}

/** What a probe should know of it; nothing while it is fresh, or where there is none. */
export function remarkOnCertificate (certificate: Ending | undefined): string | undefined {
  return certificate?.isLate() === true ? 'the certificate for Redis has less than a quarter of its life left: renew it' : undefined
}
