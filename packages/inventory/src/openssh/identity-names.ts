import { posix } from 'node:path'
import { namePattern, Secret } from '@rekey/domain'
import type { ProposedCredential, RefusedCredential } from '../proposal.ts'

const wellFormed = new RegExp(namePattern('credential'))

/** Each identity of an account once. The first goes without a name, the further ones are named after their files. */
export function nameIdentities (credentials: ReadonlyArray<ProposedCredential | RefusedCredential>): Array<ProposedCredential | RefusedCredential> {
  const seen = new Map<string | undefined, Map<string, string | undefined>>()
  return credentials.flatMap(credential => {
    if ('refused' in credential || credential.secret instanceof Secret) return [credential]
    const files = seen.get(credential.account) ?? new Map<string, string | undefined>()
    seen.set(credential.account, files)
    const { file } = credential.secret
    if (files.has(file)) return []
    const name = files.size === 0 ? undefined : nameAfter(file, [...files.values()])
    files.set(file, name)
    return [{ ...credential, name }]
  })
}

function nameAfter (file: string, taken: ReadonlyArray<string | undefined>): string {
  const name = posix.basename(file).toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+/, '').slice(0, 31).replace(/-+$/, '')
  return wellFormed.test(name) && name !== 'ssh-key' && !taken.includes(name) ? name : `key-${taken.length + 1}`
}
