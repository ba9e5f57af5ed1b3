import type { Attributes as OtelAttributes, Span as OtelSpan, Tracer as OtelTracer } from '@opentelemetry/api'
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { parseTraceParent } from '@opentelemetry/core'
import type { Attributes, Span, SpanOptions } from './span.ts'

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER }

/** A span of OpenTelemetry as ours. Its parent is said and not found in a context that is carried along unseen: that would cost each promise something. */
export function beginSpan (tracer: OtelTracer, name: string, { kind, attributes = {} }: SpanOptions = {}, parent?: OtelSpan): Span {
  const context = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent)
  const span = tracer.startSpan(name, { attributes: cleaned(attributes), ...kind !== undefined && { kind: kinds[kind] } }, context)
  const { traceId, spanId, traceFlags } = span.spanContext()
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    begin: (part, options) => beginSpan(tracer, part, options, span),
    note: (more) => { span.setAttributes(cleaned(more)) },
    link (traceparent) {
      const other = parseTraceParent(traceparent)
      if (other !== null) span.addLink({ context: { ...other, isRemote: true } })
    },
    end (failure) {
      if (failure !== undefined) span.setAttribute('error.type', failure).setStatus({ code: SpanStatusCode.ERROR, message: failure })
      span.end()
    }
  }
}

/** Without what is not known. */
function cleaned (attributes: Attributes): OtelAttributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as OtelAttributes
}
