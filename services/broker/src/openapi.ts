import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'

export const openapi: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Rekey broker',
      version: '1.0.0',
      description: 'Hands credentials of one zone to jobs of a CI, and to people, for a while. Every error is a problem as RFC 9457 defines it; its `code` is stable.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' }
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'leases', description: 'Secrets for a while' },
      { name: 'health', description: 'Open to anybody' }
    ],
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The token that a CI has signed for a job, or Vault for a person and this broker. It is good once' },
        leaseSecret: { type: 'http', scheme: 'bearer', description: 'The `secret` that came with the lease' }
      }
    }
  }
}
