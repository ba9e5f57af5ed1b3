import type { FastifyInstance } from 'fastify'
import pino, { type DestinationStream, type Logger } from 'pino'

/** One line for each answered request: no query, no header, no body. */
export function logRequests (app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info({
      event: 'request',
      reqId: request.id,
      method: request.method,
      path: request.url.split('?')[0]?.slice(0, 300),
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
      client: request.ip
    }, 'answered')
    done()
  })
}

/**
 * JSON lines on stdout. Keys and tokens are kept out by never logging a body or header, and by Secret;
 * the redaction here is the wall behind that.
 */
export function createLogger (level: string, sink?: DestinationStream): Logger {
  const secret = ['privateKey', 'authorization', 'token', 'secretId', 'password']
  return pino({
    level,
    base: { service: 'api' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: label => ({ level: label }) },
    redact: { paths: [...secret, ...secret.map(field => `*.${field}`), ...secret.map(field => `*.*.${field}`)], censor: '[secret]' }
  }, sink ?? pino.destination({ sync: true }))
}
