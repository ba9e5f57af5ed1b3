import type { ExportResult } from '@opentelemetry/core'
import { ExportResultCode } from '@opentelemetry/core'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'
import type { Log } from './tracing.ts'

/** The same exporter, with one line in the log when the collector takes no spans any more, and one when it does again. */
export function reporting (exporter: SpanExporter, log: Log): SpanExporter {
  let isInTrouble = false

  function told ({ code }: ExportResult): void {
    const hasFailed = code !== ExportResultCode.SUCCESS
    if (hasFailed === isInTrouble) return
    isInTrouble = hasFailed
    // Not why: that may be what the collector has answered.
    if (hasFailed) log.warn({ event: 'traces-lost' }, 'the collector of traces did not take spans, which are lost; nothing else depends on it')
    else log.info({ event: 'traces-taken' }, 'the collector of traces takes spans again')
  }

  return {
    export (spans: ReadableSpan[], done: (result: ExportResult) => void): void {
      exporter.export(spans, (result) => {
        told(result)
        done(result)
      })
    },
    shutdown: async () => { await exporter.shutdown() },
    forceFlush: async () => { await exporter.forceFlush?.() }
  }
}
