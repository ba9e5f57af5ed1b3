import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { RekeyError, type ErrorCode, type Lease, type LeaseRequest } from '@rekey/domain'
import { problems } from '@rekey/http'
import type { Static } from 'typebox'
import type { Wanted } from './choose.ts'
import { handOut } from './hand-out.ts'
import { giveBack, renew } from './keep.ts'
import type { BrokerPorts, RequestPorts } from './ports.ts'
import { LeaseAnswer, LeaseEnd, LeaseParams, LeaseWaits, NewLease, Renewal } from './schemas.ts'
import { take } from './take.ts'

/** How often whoever waits for a person may ask. */
const askAgainSeconds = 5

/** Every operation on leases can answer with these. */
function leaseProblems (...codes: ErrorCode[]) {
  return problems(
    'input/invalid', 'auth/missing', 'request/too-many', 'request/too-large', 'request/headers-too-large', 'request/media-type', 'request/timeout', 'internal/error',
    'vault/forbidden', 'vault/malformed', 'vault/sealed', 'vault/unavailable', 'vault/conflict', 'audit/unwritable', ...codes
  )
}

export const leaseRoutes: FastifyPluginCallbackTypebox<{ ports: BrokerPorts }> = (app, { ports }, done) => {
  const portsOf = ({ log }: { readonly log: RequestPorts['log'] }): RequestPorts => ({ ...ports, log })

  app.post('/v1/leases', {
    schema: {
      operationId: 'takeLease',
      tags: ['leases'],
      security: [{ token: [] }],
      summary: 'Take a lease',
      description: 'Hands out secrets by a grant that the token matches, after the lease was recorded. The token is used up by it. Where the grant leaves each lease to a person, the answer is 202 with the id of the request, and the token stays good: ask the same again, with `request`, until he has decided. Who is refused is not told which claim did not match: the broker\'s log says it, under the request\'s id.',
      body: NewLease,
      response: { 201: LeaseAnswer, 202: LeaseWaits, ...leaseProblems('name/invalid', 'token/refused', 'lease/refused', 'lease/revoked', 'lease/denied', 'zone/unknown', 'lease/request-unknown', 'lease/withheld', 'lease/request-ended', 'input/unprocessable', 'issuer/unavailable') }
    }
  }, async (request, reply) => {
    const { ttlSeconds, reason, request: earlier } = request.body
    const taken = await take(bearerOf(request.headers.authorization), { wanted: wantedIn(request.body), ttlSeconds, reason, request: earlier }, portsOf(request))
    if ('waiting' in taken) return await reply.code(202).header('retry-after', String(askAgainSeconds)).send(waitView(taken.waiting))
    return await reply.code(201).send(await handOut(taken, async (name) => await ports.store.credential(name)))
  })

  app.post('/v1/leases/:id/renew', {
    schema: {
      operationId: 'renewLease',
      tags: ['leases'],
      security: [{ leaseSecret: [] }],
      summary: 'Let a lease last longer',
      description: 'Up to what its grant allows: `endsAt` says how long it is. Not once the grant or the lease has ended, or a secret of it was burned.',
      params: LeaseParams,
      body: Renewal,
      response: { 200: LeaseEnd, ...leaseProblems('lease/unknown', 'lease/refused', 'lease/revoked', 'lease/ended', 'lease/withheld') }
    }
  }, async request =>
    endView(await renew(request.params.id, bearerOf(request.headers.authorization), request.body.ttlSeconds, portsOf(request))))

  app.delete('/v1/leases/:id', {
    schema: {
      operationId: 'giveBackLease',
      tags: ['leases'],
      security: [{ leaseSecret: [] }],
      summary: 'Give a lease back',
      description: 'Its secrets are rotated, as its grant says. A second time changes nothing.',
      params: LeaseParams,
      response: { 200: LeaseEnd, ...leaseProblems('lease/unknown') }
    }
  }, async request =>
    endView(await giveBack(request.params.id, bearerOf(request.headers.authorization), portsOf(request))))
  done()
}

function waitView ({ id, zone, expiresAt }: LeaseRequest): Static<typeof LeaseWaits> {
  return { request: id, status: 'pending', expiresAt, approveWith: `rekey approve ${zone}/${id}` }
}

function wantedIn ({ credentials, selector }: Static<typeof NewLease>): Wanted {
  if ((credentials === undefined) === (selector === undefined)) throw new RekeyError('input/unprocessable', 'credentials: name them, or give a selector, and not both', { field: 'credentials' })
  return selector === undefined ? { names: credentials ?? [] } : { selector }
}

function endView ({ id, endsAt, endsAtMost, returnedAt }: Lease): Static<typeof LeaseEnd> {
  return { id, endsAt, endsAtMost, returnedAt }
}

function bearerOf (authorization: string | undefined): string {
  const text = /^Bearer ([!-~]{1,8192})$/i.exec(authorization ?? '')?.[1]
  if (text === undefined) throw new RekeyError('auth/missing', 'send the job\'s or the person\'s token, or the lease\'s secret, as `Authorization: Bearer …`', { field: 'authorization' })
  return text
}
