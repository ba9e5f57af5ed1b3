/** What the OpenAPI document shows. None of it opens anything. */

const wanted = 'production/web-1/deploy/ssh-key'
const hostKey = '[10.20.0.7]:2222 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB2bCR1X4Tg1YzvZ5sHGBZqBPdHvAo4XPlXzRXn1C5xA'

export const exampleWanted = { credentials: [wanted], ttlSeconds: 300, reason: 'deploy 1.4.2' }

export const exampleEnd = { id: '0mmq1k2ab-5f1b6c1e7d3e4a7d9f0a0d6c', endsAt: '2026-03-01T12:05:00.000Z', endsAtMost: '2026-03-01T12:10:00.000Z', returnedAt: null }

export const exampleWait = { request: '0mmq1k2ac-8c4e1d7b2a9f4c6e8b1d3f5a', status: 'pending', expiresAt: '2026-03-01T13:00:00.000Z', approveWith: 'rekey approve production/0mmq1k2ac-8c4e1d7b2a9f4c6e8b1d3f5a' }

export const exampleLease = {
  id: exampleEnd.id,
  zone: 'production',
  grant: 'deploy-shop',
  secret: 'rekey_lease_(43 characters)',
  endsAt: exampleEnd.endsAt,
  endsAtMost: exampleEnd.endsAtMost,
  credentials: [{
    kind: 'ssh-key',
    credential: wanted,
    host: 'web-1',
    user: 'deploy',
    address: '10.20.0.7',
    port: 2222,
    knownHosts: [hostKey],
    fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM',
    jumpHosts: [],
    privateKey: '(a private key in OpenSSH\'s format)',
    publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK0wmN/Cr3JXqmLW7u+g9pTh+wyqDHSpOQIQczXkVx9i'
  }],
  knownHosts: `${hostKey}\n`,
  sshConfig: 'Host web-1 10.20.0.7 web-1--deploy--ssh-key\n  HostName 10.20.0.7\n  Port 2222\n  User deploy\n'
}
