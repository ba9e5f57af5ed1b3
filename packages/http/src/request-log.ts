import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Paths of names, none longer than a name may be: a key that was put into a path by mistake is none. */
const loggable = /^(\/[A-Za-z0-9._-]{0,63}){1,8}$/

/** One line for each answered request: no query, no header, no body, and a path only when it could be one of ours. */
export function logRequests (app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info({
      event: 'request',
      method: request.method,
      path: pathOf(request),
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
      client: request.ip
    }, 'answered')
    done()
  })
}

function pathOf ({ url, routeOptions }: FastifyRequest): string {
  const path = url.split('?')[0] ?? ''
  return loggable.test(path) ? path : routeOptions.url ?? '(no path of ours)'
}
