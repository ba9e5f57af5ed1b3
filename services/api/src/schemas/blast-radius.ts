import { namePattern } from '@rekey/domain'
import { Type } from 'typebox'
import { closed, list, nullable, Zone } from './fields.ts'

const StolenFingerprint = Type.String({ pattern: '^[A-Z0-9-]{1,16}:[A-Za-z0-9+/=]{1,128}$', description: 'a fingerprint, of a key as `ssh-keygen -l` prints it' })
const HostPlace = Type.String({ pattern: `^${(['zone', 'host'] as const).map((kind) => namePattern(kind).slice(1, -1)).join('/')}$`, maxLength: 96, description: 'a host as `zone/host`' })

export const NewBlastRadius = Type.Object({
  fingerprints: Type.Optional(Type.Array(StolenFingerprint, { maxItems: 100, description: 'at most 100 fingerprints of stolen secrets' })),
  hosts: Type.Optional(Type.Array(HostPlace, { maxItems: 100, description: 'at most 100 hosts, each as `zone/host`, on which somebody is root who must not be' })),
  zones: Type.Optional(Type.Array(Zone, { maxItems: 100, description: 'at most 100 zones of which that is true of every host' }))
}, {
  ...closed,
  description: 'What is stolen; at least one of the three',
  examples: [{ fingerprints: ['SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM'] }, { hosts: ['production/web-1'] }, { zones: ['backup'] }]
})

const reasons = ['stolen', 'opened-by', 'root-of', 'on-host', 'lies-in'] as const

const FallenView = Type.Object({
  kind: Type.Enum(['account', 'host', 'secret']),
  name: Type.String({ description: '`zone/host/account`, `zone/host`, or a fingerprint' }),
  reason: Type.Enum([...reasons], { description: '`opened-by` the secret `from`; `root-of` its host is the account `from`; `on-host` `from`, whose root is every account; `lies-in` the home folder of the account `from`, without a passphrase' }),
  from: nullable(Type.String({ description: 'What fell before; null when it was stolen' }))
}, closed)

export const BlastRadius = Type.Object({
  counts: Type.Object({ accounts: Type.Integer(), hosts: Type.Integer(), secrets: Type.Integer() }, closed),
  fallen: list(FallenView, { description: 'In the order in which it falls, each once' }),
  surveyedHosts: Type.Integer({ description: 'Hosts that were surveyed: of the others it is not known who becomes root, or which private keys lie there' })
}, {
  ...closed,
  description: 'What falls in the caller\'s zones',
  examples: [{
    counts: { accounts: 1, hosts: 0, secrets: 1 },
    fallen: [
      { kind: 'secret', name: 'SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM', reason: 'stolen', from: null },
      { kind: 'account', name: 'production/web-1/app', reason: 'opened-by', from: 'SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM' }
    ],
    surveyedHosts: 20
  }]
})
