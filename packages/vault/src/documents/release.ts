import type { Decision, Place } from '@rekey/domain'
import { plainCodec } from './codec.ts'
import { DecisionShape } from './shapes.ts'

const release = plainCodec<Decision, typeof DecisionShape>(DecisionShape)

export function releasePath (of: Place): string[] {
  return 'account' in of ? ['managed', of.host, of.account, of.name] : ['managed', of.host]
}

export function encodeRelease (value: Decision, of: Place): object {
  return release.encode(value, releasePath(of))
}

export function decodeRelease (raw: unknown, of: Place): Decision {
  return release.decode(raw, releasePath(of))
}
