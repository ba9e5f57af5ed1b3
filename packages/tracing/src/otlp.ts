import { setTimeout as wait } from 'node:timers/promises'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { beginSpan } from './open-telemetry.ts'
import { reporting } from './reporting.ts'
import type { Tracee, Tracing } from './tracing.ts'

/** How many spans wait for the collector, and how many go at once. */
const waiting = 2048
const batch = 512
/** How long a batch may take, all retries in it, and how long the end of the process waits for the last ones, which go side by side. */
const exportMs = 5000
const goodbyeMs = 3000

/**
 * Spans are kept until the collector takes them: 2,048 at most, and what comes on top is dropped. So a collector that is away or slow costs
 * that much memory and nothing else. Its answers are bounded by the library (4 MB), and nothing in them is heeded.
 */
export function traceByOtlp ({ service, log, url, ca }: Tracee & { readonly url: string, readonly ca: string | undefined }): Tracing {
  const exporter = new OTLPTraceExporter({
    url,
    timeoutMillis: exportMs,
    concurrencyLimit: 1 + waiting / batch,
    // Said outright, as NODE_TLS_REJECT_UNAUTHORIZED could else turn it off.
    httpAgentOptions: { keepAlive: true, rejectUnauthorized: true, minVersion: 'TLSv1.2', ...ca !== undefined && { ca } }
  })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanLimits: { attributeCountLimit: 32, attributeValueLengthLimit: 256, linkCountLimit: 32 },
    spanProcessors: [new BatchSpanProcessor({ exporter: reporting(exporter, log), maxQueueSize: waiting, maxExportBatchSize: batch, scheduledDelayMillis: 1000, exportTimeoutMillis: exportMs + 1000 })]
  })
  const tracer = provider.getTracer('rekey')
  return {
    begin: (name, options) => beginSpan(tracer, name, options),
    async close () {
      await Promise.race([provider.shutdown().catch(() => {}), wait(goodbyeMs, undefined, { ref: false })])
    }
  }
}
