import { readFileSync } from 'node:fs'
import { RekeyError, Secret } from '@rekey/domain'
import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Sink } from '../feed.ts'
import { fileSink } from './file.ts'
import { syslogSink } from './syslog.ts'
import { webhookSink } from './webhook.ts'

const closed = { additionalProperties: false } as const
const Name = Type.String({ pattern: '^[a-z][a-z0-9-]{0,30}$' })
const Text = Type.String({ minLength: 1 })

/** The file that REKEY_AUDIT_SINKS_FILE names. docs/audit.md explains it. */
const SinksFile = Type.Object({
  sinks: Type.Array(Type.Union([
    Type.Object({ name: Name, kind: Type.Literal('file'), path: Type.String({ pattern: '^/' }) }, closed),
    Type.Object({ name: Name, kind: Type.Literal('syslog'), transport: Type.Union([Type.Literal('udp'), Type.Literal('tcp')]), host: Text, port: Type.Integer({ minimum: 1, maximum: 65_535 }) }, closed),
    Type.Object({ name: Name, kind: Type.Literal('syslog'), transport: Type.Literal('unix'), path: Text }, closed),
    Type.Object({ name: Name, kind: Type.Literal('webhook'), url: Type.String({ pattern: '^(https://|http://127\\.)' }), secretFile: Text, caFile: Type.Optional(Text) }, closed)
  ]), { maxItems: 8 })
}, closed)

/** @throws RekeyError `config/invalid` */
export function readSinks (file: string): Sink[] {
  const { sinks } = parsed(read(file))
  if (new Set(sinks.map(({ name }) => name)).size < sinks.length) throw new RekeyError('config/invalid', 'REKEY_AUDIT_SINKS_FILE names a sink twice')
  return sinks.map((sink) => {
    if (sink.kind === 'file') return fileSink(sink.name, sink.path)
    if (sink.kind === 'syslog') return syslogSink(sink.name, sink)
    const secret = read(sink.secretFile).trim()
    if (secret.length < 32) throw new RekeyError('config/invalid', `the secret of the sink ${sink.name} is shorter than 32 characters`)
    return webhookSink({ name: sink.name, url: sink.url, secret: Secret.of(secret), ca: sink.caFile === undefined ? undefined : read(sink.caFile) })
  })
}

function parsed (text: string): Static<typeof SinksFile> {
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    throw new RekeyError('config/invalid', 'REKEY_AUDIT_SINKS_FILE is not JSON')
  }
  if (Value.Check(SinksFile, found)) return found
  const [first] = Value.Errors(SinksFile, found)
  throw new RekeyError('config/invalid', `REKEY_AUDIT_SINKS_FILE: ${first?.instancePath ?? ''} ${first?.message ?? 'is malformed'}; docs/audit.md shows how it is written`)
}

function read (file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new RekeyError('config/invalid', `${file}, a file of the audit's sinks, can't be read`)
  }
}
