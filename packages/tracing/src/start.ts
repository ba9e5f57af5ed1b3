import { readFile } from 'node:fs/promises'
import { RekeyError } from '@rekey/domain'
import type { TracingSettings } from './settings.ts'
import type { Tracee, Tracing } from './tracing.ts'

/**
 * Switches traces on where the settings say so. Where they don't, OpenTelemetry is not even loaded.
 * @throws RekeyError `config/invalid`
 */
export async function startTracing (settings: TracingSettings, tracee: Tracee): Promise<Tracing | undefined> {
  if (settings.OTEL_TRACES_EXPORTER === 'none') return undefined
  const ca = await readCa(settings.OTEL_EXPORTER_OTLP_CERTIFICATE)
  const { traceByOtlp } = await import('./otlp.ts')
  return traceByOtlp({ ...tracee, url: urlIn(settings.OTEL_EXPORTER_OTLP_ENDPOINT), ca })
}

function urlIn (endpoint: string): string {
  const base = `${endpoint.replace(/\/+$/, '')}/`
  if (!URL.canParse(base)) throw new RekeyError('config/invalid', 'OTEL_EXPORTER_OTLP_ENDPOINT: write it as http://127.0.0.1:4318')
  return new URL('v1/traces', base).href
}

async function readCa (file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined
  return await readFile(file, 'utf8').catch(() => { throw new RekeyError('config/invalid', 'OTEL_EXPORTER_OTLP_CERTIFICATE names a file that can\'t be read') })
}
