import { createHash, randomBytes } from 'node:crypto'
import type { Static } from 'typebox'
import { coversGrant, formatToken, RekeyError, retryConflicts, Secret, tokenEnd, tokenStatus, type ApiToken } from '@rekey/domain'
import type { CallerPorts } from './caller-ports.ts'
import type { NewToken, RotateToken } from './schemas/token.ts'
import { findZone } from './zones.ts'

const day = 86_400_000
export const defaultDays = 90
export const mostDays = 365
/** How long a token is listed after its end. */
const keptDays = 30

export interface IssuedToken {
  readonly token: ApiToken
  /** The token itself, which is stored nowhere. */
  readonly secret: Secret
}

/**
 * Makes a token that may do no more than its maker, and lives no longer.
 * @throws RekeyError `input/unprocessable`, `zone/unknown`, `auth/forbidden`, `audit/unwritable`, `vault/*`
 */
export async function createToken (ports: CallerPorts, body: Static<typeof NewToken>): Promise<IssuedToken> {
  const { name, role, zones } = body
  if (zones !== 'all') for (const zone of zones) findZone(ports.zones, zone, 'zones')
  if (!coversGrant(ports.caller.grants, { role, zones })) {
    throw new RekeyError('auth/forbidden', 'zones: your token is not for all zones, so none that it makes can be; name the zones', { field: 'zones' })
  }
  const now = ports.now()
  const expiresAt = body.expiresAt === undefined ? defaultEnd(ports, now) : checkEnd(ports, body.expiresAt, now)
  await sweep(ports, now)
  const { id, hash, secret } = draw()
  const token: ApiToken = { id, name, role, zones, hash, previous: null, createdAt: now.toISOString(), createdBy: ports.actor, expiresAt, rotatedAt: null, revokedAt: null, revokedBy: null }
  await ports.audit.record({ act: 'token.create', target: id, detail: `${name}, role ${role}, zones ${zones === 'all' ? 'all' : zones.join(' ')}, until ${expiresAt}` })
  await ports.tokens.save(token, 0)
  return { token, secret }
}

/** Those that the caller could have made, by the time they were made. */
export async function listTokens (ports: CallerPorts): Promise<ApiToken[]> {
  const keyOf = ({ createdAt, id }: ApiToken): string => `${createdAt}/${id}`
  return (await ports.tokens.all()).filter(token => coversGrant(ports.caller.grants, token)).sort((a, b) => keyOf(a) < keyOf(b) ? -1 : 1)
}

/** Ends it for good. One that has been revoked stays as it is. @throws RekeyError `token/unknown`, `audit/unwritable`, `vault/*` */
export async function revokeToken (ports: CallerPorts, id: string): Promise<ApiToken> {
  return await change(ports, id, { act: 'token.revoke', target: id }, token =>
    token.revokedAt !== null ? token : { ...token, previous: null, revokedAt: ports.now().toISOString(), revokedBy: ports.actor })
}

/**
 * Gives it another secret. The one before ends at once, or after the overlap; one that was still in its overlap ends now.
 * @throws RekeyError `token/unknown`, `token/ended`, `input/unprocessable`, `auth/forbidden`, `audit/unwritable`, `vault/*`
 */
export async function rotateToken (ports: CallerPorts, id: string, { overlapSeconds = 0, expiresAt }: Static<typeof RotateToken>): Promise<IssuedToken> {
  const now = ports.now()
  const { hash, secret } = draw(id)
  const end = expiresAt === undefined ? undefined : checkEnd(ports, expiresAt, now)
  const until = new Date(now.getTime() + overlapSeconds * 1000).toISOString()
  const detail = [`overlap ${overlapSeconds} s`, ...end === undefined ? [] : [`until ${end}`]].join(', ')
  const token = await change(ports, id, { act: 'token.rotate', target: id, detail }, token => {
    if (tokenStatus(token, now) !== 'active') throw new RekeyError('token/ended', `token ${id} has ended; make a new one`, { field: 'id' })
    return { ...token, hash, previous: overlapSeconds === 0 ? null : { hash: token.hash, until }, rotatedAt: now.toISOString(), expiresAt: end ?? token.expiresAt }
  })
  return { token, secret }
}

function draw (id: string = randomBytes(8).toString('hex')): { id: string, hash: string, secret: Secret } {
  const text = formatToken(id, randomBytes(32))
  return { id, hash: createHash('sha256').update(text).digest('hex'), secret: Secret.of(text) }
}

function defaultEnd ({ caller }: CallerPorts, now: Date): string {
  const end = new Date(now.getTime() + defaultDays * day).toISOString()
  return caller.expiresAt !== undefined && caller.expiresAt < end ? caller.expiresAt : end
}

function checkEnd ({ caller }: CallerPorts, text: string, now: Date): string {
  const at = Date.parse(text)
  if (!(at > now.getTime() && at <= now.getTime() + mostDays * day)) {
    throw new RekeyError('input/unprocessable', `expiresAt: give a time to come, at most ${mostDays} days from now`, { field: 'expiresAt' })
  }
  if (caller.expiresAt !== undefined && at > Date.parse(caller.expiresAt)) {
    throw new RekeyError('auth/forbidden', `expiresAt: your token ends at ${caller.expiresAt}, and none that it makes can live longer`, { field: 'expiresAt' })
  }
  return new Date(at).toISOString()
}

/** A token beyond the caller's own grant does not exist for him. */
async function find (ports: CallerPorts, id: string) {
  const found = await ports.tokens.find(id)
  if (found === undefined || !coversGrant(ports.caller.grants, found.value)) {
    throw new RekeyError('token/unknown', `there is no token ${id}; GET /v1/tokens lists those there are`, { field: 'id' })
  }
  return found
}

/** Records the act and does it, on the document as it is by then. */
async function change (ports: CallerPorts, id: string, entry: { act: string, target: string, detail?: string }, next: (token: ApiToken) => ApiToken): Promise<ApiToken> {
  return await retryConflicts(async attempt => {
    const { value, version } = await find(ports, id)
    const changed = next(value)
    if (changed === value) return value
    if (attempt === 1) await ports.audit.record({ ...entry, detail: [value.name, entry.detail].filter(part => part !== undefined).join(', ') })
    await ports.tokens.save(changed, version)
    return changed
  })
}

/** Removes what ended long ago, so that tokens don't pile up in Vault. */
async function sweep (ports: CallerPorts, now: Date): Promise<void> {
  for (const token of await ports.tokens.all()) {
    const end = tokenEnd(token, now)
    if (end === undefined || Date.parse(end) > now.getTime() - keptDays * day) continue
    await ports.audit.record({ act: 'token.remove', target: token.id, detail: `${token.name}, ended ${end}` })
    await ports.tokens.erase(token.id)
  }
}
