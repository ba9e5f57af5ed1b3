import { Type } from 'typebox'
import type { Static, TObject } from 'typebox'

/** A service's variables for traces: OpenTelemetry's own names, with the meaning that they have everywhere. */
export const tracingSettings = {
  OTEL_TRACES_EXPORTER: Type.Union([Type.Literal('none'), Type.Literal('otlp')], { default: 'none', description: '`otlp` sends traces to a collector; `none` makes none' }),
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.String({ pattern: '^https?://', default: 'http://localhost:4318', description: 'the collector, which takes OTLP as JSON over HTTP' }),
  OTEL_EXPORTER_OTLP_CERTIFICATE: Type.Optional(Type.String({ minLength: 1, description: 'the CA of its certificate, as PEM; left out: those that Node.js knows' }))
}

export type TracingSettings = Static<TObject<typeof tracingSettings>>
