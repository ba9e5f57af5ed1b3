import { legacyAlgorithms, mostJumps, namePattern } from '@rekey/domain'
import { Type } from 'typebox'
import { etagHeader } from '../preconditions.ts'
import { closed, exampleRelease, Host, Labels, list, nullable, pageOfSchema, pageQuery, release, Timestamp, Zone } from './fields.ts'

export const Port = Type.Integer({ minimum: 1, maximum: 65535, description: 'a whole number from 1 to 65535' })
export const Address = Type.String({ minLength: 1, maxLength: 253, description: 'an IP address or a DNS name inside the zone\'s allowed networks' })
export const HostKey = Type.String({ minLength: 1, maxLength: 4096, description: 'a host key as `type base64`, as in a known_hosts line without the host\'s name' })
const Recovery = Type.String({
  pattern: `^${namePattern('account').slice(1, -1)}/${namePattern('credential').slice(1, -1)}$`,
  maxLength: 64,
  description: '`account/name` of a credential of this host with root or sudo. It is used only where no recorded secret of another one opens any more, or its fence can\'t be used, and rotated after each use'
})

export const Via = Type.String({
  pattern: `^${(['host', 'account', 'credential'] as const).map((kind) => namePattern(kind).slice(1, -1)).join('/')}$`,
  maxLength: 128,
  description: `\`host/account/name\` of a credential of another host of the zone, the jump host: the worker logs in there and has it connect to this host's address, which must be numeric. At most ${mostJumps} jump hosts in a row`
})

const Legacy = Type.Array(Type.Enum([...legacyAlgorithms], { description: `one of ${legacyAlgorithms.join(', ')}` }), {
  minItems: 1,
  maxItems: legacyAlgorithms.length,
  description: `exceptions for a host that has no modern algorithms: of ${legacyAlgorithms.join(', ')}. They are offered to this host only and last, and each connection that uses one is told in the worker's audit journal`
})

export const exampleHostKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKXdfQ0hqZb9qd0oQ0a6oF1yK0e1yqIwq8c0n9o3o2sB'

export const NewHost = Type.Object({
  zone: Zone,
  id: Host,
  address: Address,
  port: Type.Optional(Port),
  via: Type.Optional(Via),
  recovery: Type.Optional(Recovery),
  legacyAlgorithms: Type.Optional(Legacy),
  labels: Type.Optional(Labels),
  hostKeys: Type.Optional(Type.Array(HostKey, { minItems: 1, maxItems: 16, description: '1 to 16 pinned host keys' })),
  trustOnFirstUse: Type.Optional(Type.Boolean({ description: 'true pins the key that the host proves to hold when its first credential is adopted' })),
  observe: Type.Optional(Type.Boolean({ description: 'true observes its credentials: they are verified and reported, and nothing is changed until the host or the credential is released; false when it is left out' }))
}, {
  ...closed,
  description: 'Give exactly one of `hostKeys` and `trustOnFirstUse: true`. Port 22 unless said otherwise.',
  examples: [
    { zone: 'production', id: 'web-1', address: '10.20.0.7', labels: { role: 'frontend' }, hostKeys: [exampleHostKey] },
    { zone: 'backup', id: 'store-1', address: 'store-1.example.com', port: 2222, trustOnFirstUse: true, observe: true },
    { zone: 'production', id: 'db-1', address: '10.30.0.4', via: 'web-1/deploy/ssh-key', recovery: 'root/ssh-key', hostKeys: [exampleHostKey] },
    { zone: 'production', id: 'switch-1', address: '10.40.0.2', legacyAlgorithms: ['diffie-hellman-group14-sha1', 'ssh-rsa'], hostKeys: [exampleHostKey] }
  ]
})

const exampleHost = {
  zone: 'production',
  id: 'web-1',
  address: '10.20.0.7',
  port: 22,
  via: null,
  recovery: null,
  legacyAlgorithms: [],
  labels: { role: 'frontend' },
  hostKeys: [exampleHostKey],
  trustOnFirstUse: false,
  observed: false,
  createdAt: '2026-03-01T09:30:00.000Z',
  redirect: null,
  status: 'present',
  leave: null,
  leftAt: null
}

const HostStatus = Type.String({ enum: ['present', 'leaving', 'left'], description: 'one of present, leaving, left' })

export const HostView = Type.Object({
  zone: Type.String(),
  id: Type.String(),
  address: Type.String(),
  port: Type.Integer(),
  via: nullable(Type.String({ description: '`host/account/name` of the credential that opens its jump host' })),
  recovery: nullable(Type.String({ description: '`account/name` of its recovery credential' })),
  legacyAlgorithms: list(Type.String(), { description: 'Its exceptions from modern algorithms; empty when there are none' }),
  labels: Type.Record(Type.String(), Type.String()),
  hostKeys: list(Type.String(), { description: 'The pinned keys of the record, `type base64`; empty with trust on first use' }),
  trustOnFirstUse: Type.Boolean(),
  observed: Type.Boolean({ description: 'It was added to be observed, and has not been released' }),
  createdAt: Timestamp,
  redirect: nullable(Type.Integer({ description: 'The number of the redirect that changed the record last' })),
  status: HostStatus,
  leave: nullable(Type.Integer({ description: 'The number of the proposal by which it leaves' })),
  leftAt: nullable(Timestamp)
}, { ...closed, description: 'A host of the inventory', examples: [exampleHost] })

export const HostParams = Type.Object({ zone: Zone, id: Host }, closed)

export const NewLabels = Type.Object({ labels: Labels }, { ...closed, description: 'All labels of the host from now on', examples: [{ labels: { role: 'frontend' } }] })
export const HostLabels = Type.Object({ zone: Type.String(), id: Type.String(), labels: HostView.properties.labels }, {
  ...closed,
  description: 'The labels of a host',
  headers: etagHeader,
  examples: [{ zone: 'production', id: 'web-1', labels: { role: 'frontend' } }]
})

export const ReleasedHost = Type.Object({ zone: Type.String(), id: Type.String(), ...release }, {
  ...closed,
  description: 'The release on record: the first one stays',
  examples: [{ zone: 'production', id: 'web-1', ...exampleRelease }]
})

const label = namePattern('label').slice(1, -1)
const LabelFilter = Type.String({ pattern: `^${label}=${label}(,${label}=${label})*$`, maxLength: 1024, description: 'labels that all must be on the host, as `role=frontend,tier=web`', examples: ['role=frontend'] })

export const HostQuery = Type.Object({ zone: Type.Optional(Zone), status: Type.Optional(HostStatus), label: Type.Optional(LabelFilter), ...pageQuery }, closed)
export const HostPage = pageOfSchema(HostView, exampleHost, 'Hosts by zone and id')
