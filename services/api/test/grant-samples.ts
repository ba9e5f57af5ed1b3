import type { Lease, LeaseGrant, LeaseRequest } from '@rekey/domain'

export const newGrant = { issuer: 'https://ci.example', audience: 'rekey-production', claims: { sub: 'job' }, selector: { hosts: ['web-1'] }, maxTtlSeconds: 600, rotateAfter: 'lease', reason: 'deploys' } as const

export const liveGrant: LeaseGrant = {
  ...newGrant,
  subjectWildcard: false,
  allow: [],
  maxUses: null,
  approval: false,
  notBefore: null,
  notAfter: null,
  zone: 'production',
  name: 'shop',
  proposal: 1,
  order: 0,
  grantedBy: 'ada (e-1)',
  grantedAt: '2026-03-01T11:00:00.000Z'
}

export const liveLease: Lease = {
  id: '0mmq1k2ab-5f1b6c1e7d3e4a7d9f0a0d6c',
  zone: 'production',
  grant: 'shop',
  proposal: 1,
  order: 0,
  secrets: [{ name: { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' }, fingerprint: 'SHA256:one', epoch: 3 }],
  rotateAfter: 'lease',
  reason: 'deploy 1.4.2',
  issuer: 'https://ci.example',
  subject: 'job',
  holderHash: '0'.repeat(64),
  takenAt: '2026-03-01T11:59:00.000Z',
  endsAt: '2026-03-01T12:09:00.000Z',
  endsAtMost: '2026-03-01T12:09:00.000Z',
  returnedAt: null,
  documents: 1
}

export const openRequest: LeaseRequest = {
  id: '0mmq1k2ad-5f1b6c1e7d3e4a7d9f0a0d6c',
  zone: 'production',
  grant: 'shop',
  proposal: 1,
  credentials: [{ zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' }],
  fingerprints: ['SHA256:one'],
  order: 0,
  ttlSeconds: 300,
  reason: 'deploy 1.4.2',
  issuer: 'https://ci.example',
  subject: 'job',
  claims: { run_id: '"77"' },
  askedAt: '2026-03-01T11:59:00.000Z',
  expiresAt: '2026-03-01T12:59:00.000Z'
}
