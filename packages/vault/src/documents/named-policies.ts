import { credentialKinds, keyAlgorithms } from '@rekey/domain'
import type { NamedPolicy } from '@rekey/domain'
import { Type } from 'typebox'
import { checkPlace, plainCodec } from './codec.ts'
import { ScopeShape } from './order.ts'
import { Count, exactly, Instant, nameOf, PasswordRules, Text } from './shapes.ts'

/** All of them in one document: whoever makes a secret reads it, and a revision is of the whole. */
export const namedPoliciesPath = ['policies', 'named']

/** The stored form: each entry is looked at by itself, so that a malformed one stops no other. */
export type StoredPolicies = Readonly<Record<string, object>>

const FolderShape = exactly({ policies: Type.Record(nameOf('policy'), Type.Object({})) })
const folder = plainCodec<{ readonly policies: StoredPolicies }, typeof FolderShape>(FolderShape)

const NamedPolicyShape = exactly({
  name: nameOf('policy'),
  priority: Type.Integer({ minimum: 0, maximum: 1000 }),
  selector: exactly({ ...ScopeShape.properties, kinds: Type.Optional(Type.Array(Type.Enum([...credentialKinds]))) }),
  keyAlgorithm: Type.Optional(Type.Enum([...keyAlgorithms])),
  passwordLength: Type.Optional(PasswordRules.passwordLength),
  passwordSymbols: Type.Optional(PasswordRules.passwordSymbols),
  revision: Count,
  changedBy: Text,
  changedAt: Instant
})
const entry = plainCodec<NamedPolicy, typeof NamedPolicyShape>(NamedPolicyShape)

export function decodeFolder (raw: unknown): StoredPolicies {
  return folder.decode(raw, namedPoliciesPath).policies
}

export function encodeFolder (policies: StoredPolicies): object {
  return folder.encode({ policies }, namedPoliciesPath)
}

export function encodeNamedPolicy (policy: NamedPolicy): object {
  return entry.encode(policy, [...namedPoliciesPath, policy.name])
}

export function decodeNamedPolicy (raw: unknown, name: string): NamedPolicy {
  const path = [...namedPoliciesPath, name]
  const value = entry.decode(raw, path)
  checkPlace('name', value.name, name, path)
  return value
}
