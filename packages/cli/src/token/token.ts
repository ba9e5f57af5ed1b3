import { resolve } from 'node:path'
import { notOurs, type IssuedToken, type RekeyClient } from '@rekey/client'
import { checkName, roles, tokenIdPattern, type Role, type ZoneGrant } from '@rekey/domain'
import type { ApiOptions } from '../api/find-api.ts'
import { withClient } from '../api/with-api.ts'
import { createNewFile } from '../new-file.ts'
import type { Said } from '../said.ts'
import type { Session } from '../session.ts'
import { UsageError } from '../usage-error.ts'
import { issued, listed, revoked } from './report.ts'

interface IssueFlags {
  readonly days?: number
  readonly out?: string
  readonly json?: boolean
}
export interface NewTokenFlags extends IssueFlags {
  readonly role?: string
  readonly zone?: readonly string[]
  readonly allZones?: boolean
}
export interface RotationFlags extends IssueFlags {
  readonly overlap?: number
}

const day = 86_400_000

/** @throws UsageError, RekeyError */
export async function createToken (label: string, flags: NewTokenFlags, options: ApiOptions, session: Session): Promise<Said> {
  const body = { name: checkName('label', label, 'NAME'), role: roleFrom(flags.role), zones: zonesFrom(flags), ...endAfter(flags.days) }
  return await withClient(options, session, async api => await issue(flags, session, async () => await api.post('/v1/tokens', { body })))
}

/** @throws UsageError, RekeyError */
export async function rotateToken (id: string, flags: RotationFlags, options: ApiOptions, session: Session): Promise<Said> {
  const request = { path: { id: idFrom(id) }, body: { overlapSeconds: flags.overlap ?? 0, ...endAfter(flags.days) } }
  return await withClient(options, session, async api => await issue(flags, session, async () => await api.post('/v1/tokens/{id}/rotate', request)))
}

export async function listTokens (api: RekeyClient, { json = false }: { readonly json?: boolean }): Promise<Said> {
  return listed(await api.all('/v1/tokens'), json)
}

/** @throws UsageError, RekeyError */
export async function revokeToken (id: string, { json = false }: { readonly json?: boolean }, options: ApiOptions, session: Session): Promise<Said> {
  const path = { id: idFrom(id) }
  return await withClient(options, session, async api => revoked(await api.delete('/v1/tokens/{id}', { path }), json))
}

/** A file that can't be made is told before there is a token that nobody could read. */
async function issue ({ out, json = false }: IssueFlags, { folder }: Session, ask: () => Promise<IssuedToken>): Promise<Said> {
  const file = out === undefined ? undefined : await createNewFile(resolve(folder, out))
  let answer: IssuedToken
  try {
    answer = await ask()
    if (typeof (answer as Partial<IssuedToken> | undefined)?.token !== 'string') throw notOurs()
  } catch (error) {
    await file?.drop()
    throw error
  }
  await file?.fill(`${answer.token}\n`)
  return issued(answer, { json, out })
}

function endAfter (days: number | undefined): { expiresAt?: string } {
  return days === undefined ? {} : { expiresAt: new Date(Date.now() + days * day).toISOString() }
}

function idFrom (id: string): string {
  // Not repeated: it may be a whole token, pasted by mistake.
  if (!new RegExp(tokenIdPattern).test(id)) throw new UsageError('an ID has 16 hex digits; rekey token list shows it')
  return id
}

function roleFrom (text: string | undefined): Role {
  const role = roles.find(known => known === text)
  if (role === undefined) throw new UsageError(`say --role, one of ${roles.join(', ')}`)
  return role
}

function zonesFrom ({ zone = [], allZones = false }: NewTokenFlags): ZoneGrant {
  if (allZones === (zone.length > 0)) throw new UsageError('say --zone, once for each zone, or --all-zones')
  return allZones ? 'all' : zone.map(name => checkName('zone', name, '--zone'))
}
