import { createHash, timingSafeEqual } from 'node:crypto'
import type { onRequestHookHandler } from 'fastify'
import { RekeyError } from '@rekey/domain'

/**
 * Lets a request pass when it carries `Authorization: Bearer <token>` and the token has this SHA-256. Runs before the body
 * is read. The token itself is stored nowhere, and the comparison takes the same time whatever was presented.
 * @param tokenHash hex SHA-256
 */
export function requireToken (tokenHash: string): onRequestHookHandler {
  const expected = Buffer.from(tokenHash, 'hex')
  if (expected.length !== 32) throw new RekeyError('config/invalid', 'the token hash is not a hex SHA-256')
  return (request, reply, done) => {
    const [, token] = /^Bearer ([!-~]{1,512})$/i.exec(request.headers.authorization ?? '') ?? []
    const presented = createHash('sha256').update(token ?? '').digest()
    if (token !== undefined && timingSafeEqual(presented, expected)) {
      done()
      return
    }
    reply.header('www-authenticate', token === undefined ? 'Bearer realm="rekey"' : 'Bearer realm="rekey", error="invalid_token"')
    done(new RekeyError('auth/missing', token === undefined
      ? 'send the admin token as `Authorization: Bearer <token>`'
      : 'this is not the admin token; the set-up wrote the right one to a file', { field: 'authorization' }))
  }
}
