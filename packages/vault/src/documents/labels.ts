import type { Labels } from '@rekey/domain'
import { checkPlace, plainCodec } from './codec.ts'
import { exactly, Instant, Labels as LabelsShape, nameOf, Text } from './shapes.ts'

/** The labels of a host as they were last changed, in place of those in its record. The API writes it. */
export interface HostLabels {
  readonly zone: string
  readonly host: string
  readonly labels: Labels
  readonly changedBy: string
  readonly changedAt: string
}

const HostLabelsShape = exactly({ zone: nameOf('zone'), host: nameOf('host'), labels: LabelsShape, changedBy: Text, changedAt: Instant })

const codec = plainCodec<HostLabels, typeof HostLabelsShape>(HostLabelsShape)

export function labelsPath (host: string): string[] {
  return ['labels', host]
}

export function encodeLabels (value: HostLabels): object {
  return codec.encode(value, labelsPath(value.host))
}

export function decodeLabels (raw: unknown, zone: string, host: string): HostLabels {
  const path = labelsPath(host)
  const value = codec.decode(raw, path)
  checkPlace('zone', value.zone, zone, path)
  checkPlace('host', value.host, host, path)
  return value
}
