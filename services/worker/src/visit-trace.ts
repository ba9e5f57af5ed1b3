import { codeOf } from '@rekey/domain'
import type { HostAccess, Meter, Ports } from '@rekey/rotation'
import type { Span, Tracer } from '@rekey/tracing'

/** A visit as a trace: each step is a part of it, each login a part of the step that needed it. docs/tracing.md lists what is told. */
export class VisitTrace {
  readonly #visit: Span
  /** A visit takes one step at a time. */
  #step: Span | undefined

  /** @param id under which the log tells of the visit */
  constructor (tracer: Tracer, { id, zone, host }: { id: string, zone: string, host: string }) {
    this.#visit = tracer.begin('visit', { kind: 'consumer', attributes: { 'rekey.visit': id, 'rekey.zone': zone, 'rekey.host': host } })
  }

  /** The same ports, watched. */
  watch ({ hosts, meter }: Pick<Ports, 'hosts' | 'meter'>): Required<Pick<Ports, 'hosts' | 'meter'>> {
    return { hosts: this.#watchHosts(hosts), meter: this.#watchSteps(meter) }
  }

  /** @param failure the code of what ended the visit, and with it the step that it was at */
  end (failure?: string): void {
    this.#step?.end(failure)
    this.#visit.end(failure)
  }

  #watchSteps (meter: Meter | undefined): Meter {
    return {
      step: (begin) => {
        const { step, credential, order } = begin
        const measured = meter?.step(begin)
        const span = this.#visit.begin(step, { attributes: { 'rekey.credential': credential, 'rekey.order': order?.number } })
        if (order?.traceparent !== undefined) this.#visit.link(order.traceparent)
        this.#step = span
        return (stopped) => {
          measured?.(stopped)
          span.note({ 'rekey.failure.class': stopped?.class })
          span.end(stopped?.code)
          this.#step = undefined
        }
      }
    }
  }

  #watchHosts (hosts: HostAccess): HostAccess {
    return {
      contact: async (target, secrets) => {
        const span = (this.#step ?? this.#visit).begin('ssh login', { kind: 'client', attributes: { 'server.address': target.address, 'server.port': target.port } })
        try {
          const contact = await hosts.contact(target, secrets)
          span.note({ 'rekey.verdicts': contact.verdicts })
          span.end()
          return contact
        } catch (error) {
          span.end(codeOf(error))
          throw error
        }
      }
    }
  }
}
