import type { FastifyInstance, FastifyRequest } from 'fastify'
import { actingAs, formatCaller, holdsZone, RekeyError, type Caller, type Role } from '@rekey/domain'
import { RequestAudit, recordOutcomes } from './audit/outcomes.ts'
import type { Callers } from './auth.ts'
import { portsFor, type CallerPorts, type PortsOf } from './caller-ports.ts'
import type { ApiPorts } from './inventory-port.ts'
import type { SpanOf } from './tracing.ts'
import { findZone } from './zones.ts'

/**
 * Where a request names its zone. Another one than the caller's is answered as one that does not exist.
 * - `path`, `body`  a field `zone`
 * - `query`         the same, and without it the answer has the caller's zones
 * - `scope`         the scope of an order; one without zones means the caller's
 * - `rows`          each row of an inventory by itself
 * - `token`         the zones of a token: all of them must be the caller's
 * - `caller`        none is named, and the answer has the caller's zones
 */
export type ZoneSource = 'path' | 'body' | 'query' | 'scope' | 'rows' | 'token' | 'caller'

export type Access = 'anybody' | { readonly role: Role, readonly zone: ZoneSource }

/** A route's declaration, for its `config`. */
export function needs (role: Role, zone: ZoneSource): { readonly access: Access } {
  return { access: { role, zone } }
}

export const openToAnybody: { readonly access: Access } = { access: 'anybody' }

/** Where the OpenAPI document tells how an operation's zone is found. */
const zoneExtension = 'x-rekey-zone'

/**
 * Lets the service start only when every route from here on declares who may use it, and puts that into the document.
 * `ready` throws RekeyError `internal/error`, naming those that don't.
 */
export function demandDeclarations (app: FastifyInstance): void {
  const undeclared: string[] = []
  app.addHook('onRoute', route => {
    const access = declared(route.config)
    if (access === undefined) undeclared.push(`${String(route.method)} ${route.url}`)
    else if (route.schema !== undefined) Object.assign(route.schema, access === 'anybody' ? { security: [] } : { security: [{ token: [access.role] }, { identity: [access.role] }], [zoneExtension]: access.zone })
  })
  app.addHook('onReady', done => {
    done(undeclared.length === 0 ? undefined : new RekeyError('internal/error', `${undeclared.join(', ')} must declare who may use it: give it \`config: needs(…)\``))
  })
}

function declared (config: unknown): Access | undefined {
  return (config as { access?: Access } | undefined)?.access
}

/**
 * Lets callers in, each to the routes of his roles and to the zones in which he has them. Runs before the body is read, but for the
 * zone that a body names.
 * @returns what a route may have of the outside for the request's caller
 */
export function guard (app: FastifyInstance, callers: Callers, ports: ApiPorts, spanOf: SpanOf): PortsOf {
  const known = new WeakMap<object, { readonly caller: Caller, readonly own: CallerPorts, readonly audit: RequestAudit }>()
  const find = (request: object) => {
    const found = known.get(request)
    if (found === undefined) throw new Error('a request without a caller')
    return found
  }
  const portsOf: PortsOf = request => find(request).own

  app.addHook('onRequest', async (request, reply) => {
    const { authorization } = request.headers
    const caller = await callers.identify(authorization, request.ip).catch((error: unknown) => {
      if (error instanceof RekeyError && error.code === 'auth/missing') {
        reply.header('www-authenticate', authorization === undefined ? 'Bearer realm="rekey"' : 'Bearer realm="rekey", error="invalid_token"')
      }
      throw error
    })
    request.log = request.log.child({ caller: formatCaller(caller) })
    const needed = declaredRole(request)?.role ?? 'viewer'
    const acting = actingAs(caller, needed)
    if (acting.grants.length === 0) throw tooLow(caller, needed)
    const audit = new RequestAudit(ports.audit, { actor: formatCaller(caller), source: request.ip, requestId: request.id })
    known.set(request, { caller, own: portsFor(ports, acting, audit, spanOf(request)), audit })
  })

  recordOutcomes(app, request => known.get(request)?.audit)

  app.addHook('preHandler', (request, _reply, done) => {
    const access = declaredRole(request)
    if (access !== undefined) for (const [field, zone] of zonesNamed(request, access.zone)) checkZone(request, access.role, zone, field)
    done()
  })

  /** A zone that he sees and may not do this in is no secret to him. */
  function checkZone (request: object, needed: Role, name: string, field: string): void {
    const { caller, own } = find(request)
    const isSeen = holdsZone(actingAs(caller, 'viewer').zones, name) && ports.zones.some(zone => zone.name === name)
    if (isSeen && !holdsZone(own.caller.zones, name)) throw tooLow(caller, needed, name, field)
    findZone(own.zones, name, field)
  }
  return portsOf
}

function declaredRole (request: FastifyRequest): Exclude<Access, 'anybody'> | undefined {
  const access = declared(request.routeOptions.config)
  return access === 'anybody' ? undefined : access
}

function tooLow ({ grants }: Caller, needed: Role, zone?: string, field?: string): RekeyError {
  const held = [...new Set(grants.filter(({ zones }) => zone === undefined || holdsZone(zones, zone)).map(({ role }) => role))].join(', ')
  const has = held === '' ? 'you have none' : `you have the role ${held}`
  return new RekeyError('auth/forbidden', `this needs the role ${needed}${zone === undefined ? '' : ` in the zone ${zone}`}, and ${has}; ask an admin for another`, field === undefined ? {} : { field })
}

/** The zones that a well-formed request names, each with its field. */
function zonesNamed ({ params, query, body }: FastifyRequest, source: ZoneSource): Array<[string, string]> {
  const named = (part: unknown): Array<[string, string]> => {
    const { zone } = part as { zone?: string }
    return zone === undefined ? [] : [['zone', zone]]
  }
  switch (source) {
    case 'path': return named(params)
    case 'query': return named(query)
    case 'body': return named(body)
    case 'scope': return ((body as { scope: { zones?: string[] } }).scope.zones ?? []).map(zone => ['scope.zones', zone])
    // Looked at one by one where they are read, or none.
    case 'rows':
    case 'token':
    case 'caller': return []
  }
}
