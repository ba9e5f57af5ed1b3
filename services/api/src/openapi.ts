import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'

export const openapi: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Rekey',
      version: '1.0.0',
      description: 'Rotates the SSH keys of a fleet of hosts and proves that the old ones are dead. Every error is a problem as RFC 9457 defines it; its `code` is stable.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' }
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'hosts', description: 'The inventory' },
      { name: 'credentials', description: 'What opens an account, without the secret' },
      { name: 'orders', description: 'Numbered documents that say: rotate this scope' },
      { name: 'proposals', description: 'What the API asks for and people decide, each with a Vault login of his own' },
      { name: 'zones', description: 'What keeps parts of the fleet apart' },
      { name: 'grants', description: 'Which jobs of a CI may lease credentials, and the leases that there are' },
      { name: 'policies', description: 'How new secrets are made' },
      { name: 'debts', description: 'Secrets that should be dead and are not proven dead' },
      { name: 'surveys', description: 'Who can log in on a host, and how, as it was found there' },
      { name: 'findings', description: 'What is wrong for longer than a moment' },
      { name: 'audit', description: 'What was recorded before it was done' },
      { name: 'tokens', description: 'Who may call this API' },
      { name: 'health', description: 'Open to anybody' }
    ],
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token of POST /v1/tokens, or the one that the set-up wrote to a file. An operation names the role that it needs; `x-rekey-zone` tells where its zone is found' },
        identity: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The identity token that Vault signs for a person. His groups in Vault give him roles' }
      }
    },
    security: [{ token: [] }]
  }
}
