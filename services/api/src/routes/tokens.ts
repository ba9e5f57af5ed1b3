import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { hashesOf, tokenStatus, type ApiToken } from '@rekey/domain'
import { needs } from '../access.ts'
import type { PortsOf } from '../caller-ports.ts'
import { pageOf } from '../pages.ts'
import { readProblems, writeProblems } from '../schemas/problem.ts'
import { IssuedToken, NewToken, RotateToken, TokenPage, TokenParams, TokenQuery, TokenView } from '../schemas/token.ts'
import { createToken, listTokens, revokeToken, rotateToken } from '../tokens.ts'

export interface TokenRoutesOptions {
  readonly portsOf: PortsOf
  /** Makes this process look at the token anew, at once. */
  readonly forget: (id: string) => void
}

export const tokenRoutes: FastifyPluginCallbackTypebox<TokenRoutesOptions> = (api, { portsOf, forget }, done) => {
  api.post('/tokens', {
    config: needs('admin', 'token'),
    schema: {
      operationId: 'createToken',
      tags: ['tokens'],
      summary: 'Make a token',
      description: 'The answer is the only place where it is shown. It may do no more than the token that asks, in no other zone, and for no longer.',
      body: NewToken,
      response: { 201: IssuedToken, ...writeProblems('zone/unknown', 'input/unprocessable') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    const { token, secret } = await createToken(ports, request.body)
    return await reply.code(201).send({ ...tokenView(token, ports.now()), token: secret.open() })
  })

  api.get('/tokens', {
    config: needs('admin', 'caller'),
    schema: {
      operationId: 'listTokens',
      tags: ['tokens'],
      summary: 'List the tokens',
      description: 'Those that the token that asks could have made: a token of a further zone is not among them, nor is the one of the set-up. By the time they were made, in pages. One that has ended is listed for 30 days more.',
      querystring: TokenQuery,
      response: { 200: TokenPage, ...readProblems() }
    }
  }, async request => {
    const ports = portsOf(request)
    const page = pageOf(await listTokens(ports), ({ createdAt, id }) => `${createdAt}/${id}`, request.query)
    return { items: page.items.map(token => tokenView(token, ports.now())), next: page.next }
  })

  api.delete('/tokens/:id', {
    config: needs('admin', 'token'),
    schema: {
      operationId: 'revokeToken',
      tags: ['tokens'],
      summary: 'Revoke a token',
      description: 'It is refused at once by the process that answers, and within a second by every other. There is no way back. A second revocation changes nothing and answers with the first. Tokens that it has made stay: `createdBy` tells which.',
      params: TokenParams,
      response: { 200: TokenView, ...readProblems('token/unknown', 'audit/unwritable', 'vault/conflict') }
    }
  }, async request => {
    const ports = portsOf(request)
    const { id } = request.params
    try {
      return tokenView(await revokeToken(ports, id), ports.now())
    } finally {
      forget(id)
    }
  })

  api.post('/tokens/:id/rotate', {
    config: needs('admin', 'token'),
    schema: {
      operationId: 'rotateToken',
      tags: ['tokens'],
      summary: 'Give a token another secret',
      description: 'It stays the same token, with its id, role and zones. The answer is the only place where the new secret is shown. The old one ends at once, or after `overlapSeconds`. When the answer got lost, rotate again.',
      params: TokenParams,
      body: RotateToken,
      response: { 200: IssuedToken, ...writeProblems('token/unknown', 'token/ended', 'input/unprocessable', 'vault/conflict') }
    }
  }, async request => {
    const ports = portsOf(request)
    const { id } = request.params
    try {
      const { token, secret } = await rotateToken(ports, id, request.body)
      return { ...tokenView(token, ports.now()), token: secret.open() }
    } finally {
      forget(id)
    }
  })
  done()
}

function tokenView (token: ApiToken, now: Date): Static<typeof TokenView> {
  const { id, name, role, zones, createdAt, createdBy, expiresAt, rotatedAt, previous, revokedAt, revokedBy } = token
  const previousUntil = hashesOf(token, now).length > 1 ? previous?.until ?? null : null
  return { id, name, role, zones, status: tokenStatus(token, now), createdAt, createdBy, expiresAt, rotatedAt, previousUntil, revokedAt, revokedBy }
}
