import { Type, type Static, type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { legacyAlgorithms, Secret } from '@rekey/domain'
import type { FieldNames, ProposedCredential, Proposal, RefusedCredential, RefusedProposal } from './proposal.ts'
import { attempt, malformed, refusal } from './refusal.ts'
import { jumpHosts } from './jump-hosts.ts'
import { isRecord, vaulted, YamlText } from './yaml-text.ts'

const closed = { additionalProperties: false } as const
const Text = (what: string) => Type.String({ minLength: 1, maxLength: 4096, description: what })
/** Text that was sealed before anything looked at it. */
const Sealed = Type.Unsafe<Secret>({ description: 'has to be text; put it in quotes' })

const Entry = Type.Object({
  zone: Type.Optional(Text('has to be the name of a zone')),
  id: Text('has to be the host\'s id, as text'),
  address: Text('has to be an IP address or a DNS name, as text'),
  port: Type.Optional(Type.Integer({ description: 'has to be a whole number' })),
  labels: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'has to be keys with values that are text; put numbers and true or false in quotes' })),
  hostKeys: Type.Optional(Type.Array(Type.String({ pattern: '^[a-z0-9@.-]{3,64} [A-Za-z0-9+/]{16,8192}={0,2}( .*)?$', description: 'has to be `type base64`, as in a known_hosts line without the host\'s name' }), { minItems: 1, description: 'has to be a list of host keys; leave it out when there is none' })),
  trust: Type.Optional(Type.Literal('first-use', { description: 'can only be first-use' })),
  legacyAlgorithms: Type.Optional(Type.Array(Type.Enum([...legacyAlgorithms], { description: `can only be of ${legacyAlgorithms.join(', ')}` }), { minItems: 1, description: 'has to be a list of algorithms; leave it out when there is none' })),
  credentials: Type.Optional(Type.Array(Type.Unknown(), { description: 'has to be a list' }))
}, { ...closed, description: 'has to be a host with id and address' })

const Credential = Type.Object({
  account: Text('has to be the login name, as text'),
  name: Type.Optional(Text('has to be text')),
  privateKeyFile: Type.Optional(Text('has to be the path of a file')),
  privateKey: Type.Optional(Sealed),
  passwordFile: Type.Optional(Text('has to be the path of a file')),
  password: Type.Optional(Sealed),
  via: Type.Optional(Type.String({ pattern: `^${jumpHosts.source}$`, description: 'has to be jump hosts as ssh -J takes them' }))
}, { ...closed, description: 'has to be a credential with its account' })

const sources = { privateKeyFile: 'ssh-key', privateKey: 'ssh-key', passwordFile: 'password', password: 'password' } as const
const fields: FieldNames = { zone: 'zone', id: 'id', address: 'address', port: 'port', labels: 'labels', account: 'account', name: 'name' }

/** Rekey's own format: `hosts:`, in YAML or JSON. @throws RekeyError `input/invalid` when it isn't that at all */
export function readRekeyFormat (text: string): Array<Proposal | RefusedProposal> {
  const yaml = new YamlText(text, '1.2')
  const { value } = yaml
  if (!isRecord(value) || !Array.isArray(value.hosts)) throw malformed('this has no list `hosts`; write it as `hosts:` and below it `- id: …`', 1)
  if (Object.keys(value).length > 1) throw malformed('`hosts` is the only thing that is read at the top', 1)
  return value.hosts.map((entry: unknown, index) => {
    const source = `line ${yaml.lineOf(['hosts', index])}, hosts[${index}]`
    const checked = attempt(() => check(Entry, entry))
    if ('refused' in checked) return { source, id: isRecord(entry) && typeof entry.id === 'string' ? entry.id : undefined, refused: checked.refused }
    const credentials = (checked.value.credentials ?? []).map((credential, number) =>
      credentialOf(credential, `line ${yaml.lineOf(['hosts', index, 'credentials', number])}, hosts[${index}].credentials[${number}]`))
    return proposalOf(checked.value, source, credentials)
  })
}

function proposalOf (entry: Static<typeof Entry>, source: string, credentials: Proposal['credentials']): Proposal | RefusedProposal {
  const { zone, id, address, port = 22, labels = {}, hostKeys, trust, legacyAlgorithms: legacy } = entry
  if (hostKeys !== undefined && trust !== undefined) {
    return { source, id, refused: { field: 'trust', reason: 'is not needed beside hostKeys; leave one of them out' } }
  }
  return {
    source,
    zone,
    id,
    groups: [],
    address,
    port,
    labels,
    ...legacy && { legacyAlgorithms: legacyAlgorithms.filter(name => legacy.includes(name)) },
    firstUse: trust !== undefined,
    knownAs: undefined,
    credentials,
    fields,
    hostKeys: hostKeys?.map(key => key.split(' ', 2).join(' '))
  }
}

function credentialOf (entry: unknown, source: string): ProposedCredential | RefusedCredential {
  seal(entry)
  const read = attempt((): ProposedCredential => {
    const credential = check(Credential, entry)
    const [field, second] = (Object.keys(sources) as Array<keyof typeof sources>).filter(key => credential[key] !== undefined)
    if (field === undefined) throw refusal('nothing opens this account; give privateKeyFile, privateKey, passwordFile or password', 'privateKeyFile')
    if (second !== undefined) throw refusal('is a second secret of one credential; make it a credential of its own, with a name', second)
    const secret = credential[field]
    return { source, account: credential.account, name: credential.name, kind: sources[field], field, via: credential.via, secret: secretOf(field, secret) }
  })
  return 'value' in read ? read.value : { source, account: isRecord(entry) && typeof entry.account === 'string' ? entry.account : undefined, refused: read.refused }
}

/** @throws RekeyError `input/invalid` */
function secretOf (field: keyof typeof sources, value: unknown): ProposedCredential['secret'] {
  if (value instanceof Secret) return value
  if (typeof value === 'string' && field.endsWith('File')) return { file: value }
  throw refusal(value === vaulted ? 'is encrypted with ansible-vault; put it into a file and name that' : 'has to be text; put it in quotes', field)
}

/** Before any check, so that no check can show what it looked at. */
function seal (entry: unknown): void {
  if (!isRecord(entry)) return
  for (const key of ['privateKey', 'password']) {
    if (typeof entry[key] === 'string') entry[key] = Secret.of(entry[key])
  }
}

/** @throws RekeyError `input/invalid` that names the field and, in the schema's words, what belongs there */
function check<T extends TSchema> (schema: T, value: unknown): Static<T> {
  if (Value.Check(schema, value)) return value
  const errors = Value.Errors(schema, value)
  const error = errors.find(({ keyword }) => keyword !== 'boolean') ?? errors[0]
  const known = Object.keys((schema as { properties?: object }).properties ?? {})
  // A key that isn't known is not repeated: somebody may have pasted a secret there.
  if (error?.keyword === 'additionalProperties') throw refusal(`there is a field that isn't known; known are ${known.join(', ')}`, 'entry')
  if (error?.keyword === 'required') {
    const [missing = ''] = (error.params).requiredProperties
    throw refusal('is missing', missing)
  }
  const [, name = '', index] = (error?.instancePath ?? '').split('/')
  const field = known.includes(name) ? name : 'entry'
  const property = (schema as { properties?: Record<string, { description?: string, items?: { description?: string } }> }).properties?.[name]
  const says = (index === undefined ? undefined : property?.items?.description) ?? property?.description ?? (schema as { description?: string }).description
  throw refusal(says ?? 'is malformed', field)
}
