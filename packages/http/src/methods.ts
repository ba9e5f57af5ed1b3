import type { FastifyInstance } from 'fastify'
import { RekeyError } from '@rekey/domain'

/**
 * Refuses what no route takes, with 405 and `Allow` where the path has other methods. To be called before the routes are added.
 * It does so after the caller is known and before the body is looked at, as Fastify asks some methods for a content type.
 */
export function refuseUnrouted (app: FastifyInstance): void {
  const routes: Array<{ readonly path: RegExp, readonly methods: readonly string[] }> = []
  app.addHook('onRoute', ({ method, url }) => {
    routes.push({ path: new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`), methods: [method].flat() })
  })
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (!request.is404) {
      done(null, payload)
      return
    }
    const [path = ''] = request.url.split('?')
    const allowed = routes.filter(route => route.path.test(path)).flatMap(({ methods }) => methods).sort()
    // A path that has the method was refused for a parameter that is too long.
    if (allowed.length === 0 || allowed.includes(request.method)) {
      done(unknownPath())
      return
    }
    reply.header('allow', allowed.join(', '))
    done(new RekeyError('request/method-not-allowed', `this path has ${allowed.join(' and ')} only; /openapi.json lists all paths and methods`))
  })
}

export function unknownPath (): RekeyError {
  return new RekeyError('request/unknown-path', 'no such path; /openapi.json lists them all')
}
