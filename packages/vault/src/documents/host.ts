import type { HostRecord } from '@rekey/domain'
import { Type } from 'typebox'
import { checkPlace, plainCodec, withDefaults } from './codec.ts'
import { exactly, Instant, Labels, LegacyAlgorithmsShape, nameOf, Ordinal, Port, PublicKey, ThroughShape, ViaShape } from './shapes.ts'

const HostShape = exactly({
  zone: nameOf('zone'),
  id: nameOf('host'),
  address: Type.String({ minLength: 1, maxLength: 255 }),
  port: Port,
  via: Type.Optional(ViaShape),
  recovery: Type.Optional(ThroughShape),
  legacyAlgorithms: Type.Optional(LegacyAlgorithmsShape),
  trust: Type.Union([
    exactly({ mode: Type.Literal('pinned'), keys: Type.Array(PublicKey, { minItems: 1 }) }),
    exactly({ mode: Type.Literal('first-use') })
  ]),
  labels: Labels,
  observe: Type.Boolean(),
  createdAt: Instant,
  redirect: Type.Optional(Ordinal),
  leave: Type.Optional(Ordinal),
  leftAt: Type.Optional(Instant)
})

const host = plainCodec<HostRecord, typeof HostShape>(HostShape)

export function hostPath (id: string): string[] {
  return ['hosts', id]
}

export function encodeHost (value: HostRecord): object {
  return host.encode(value, hostPath(value.id))
}

export function decodeHost (raw: unknown, zone: string, id: string): HostRecord {
  const path = hostPath(id)
  const value = host.decode(withDefaults(raw, { observe: false }), path)
  checkPlace('zone', value.zone, zone, path)
  checkPlace('id', value.id, id, path)
  return value
}
