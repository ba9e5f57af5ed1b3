import type { Tracer } from './span.ts'

export interface Tracing extends Tracer {
  /** Sends what is left, and waits for the collector no longer than a few seconds. */
  close (): Promise<void>
}

/** What tells an operator that the collector takes no spans. */
export interface Log {
  info (fields: Record<string, unknown>, message: string): void
  warn (fields: Record<string, unknown>, message: string): void
}

export interface Tracee {
  /** OpenTelemetry's `service.name`. */
  readonly service: string
  readonly log: Log
}
