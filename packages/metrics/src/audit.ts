import type { Registry } from 'prom-client'
import { Gauge } from 'prom-client'

/** What of a process's audit trail is on this machine only. */
export interface Backlog {
  /** What no signed head covers; undefined before Vault has first signed one. */
  readonly unsigned: { readonly entries: number, readonly seconds: number } | undefined
  /** By sink: how many entries it has not taken yet. */
  readonly sinks: ReadonlyMap<string, number>
}

/** Adds to the registry what of the audit trail nobody has signed yet, and what its sinks lack. */
export function measureAudit (backlog: () => Promise<Backlog>, registry: Registry): void {
  const registers = [registry]
  const unsigned = (name: string, help: string, of: 'entries' | 'seconds'): void => {
    const gauge = new Gauge({
      name,
      help,
      registers,
      async collect () {
        const found = (await backlog()).unsigned
        if (found !== undefined) this.set(found[of])
      }
    })
    // Absent until it is known, and not 0.
    gauge.remove()
  }
  unsigned('rekey_audit_unsigned_entries', 'Entries of the audit trail that no signed head covers; absent before Vault has first signed one', 'entries')
  unsigned('rekey_audit_unsigned_seconds', 'Time since the first of them was recorded; 0 when there is none', 'seconds')
  // eslint-disable-next-line no-new -- the registry keeps it
  new Gauge({
    name: 'rekey_audit_sink_behind',
    help: 'Entries of the audit trail that a sink has not taken yet, by sink',
    labelNames: ['sink'],
    registers,
    async collect () {
      for (const [sink, count] of (await backlog()).sinks) this.set({ sink }, count)
    }
  })
}
