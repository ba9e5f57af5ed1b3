import { beforeEach, describe, expect, test } from '@jest/globals'
import { digestOf, fingerprint, type Leave, type Redirect } from '@rekey/domain'
import { addStack, at, credential, key } from './given.ts'
import { Shell } from './shell.ts'

let shell: Shell
beforeEach(async () => {
  shell = await Shell.start()
  shell.add(credential)
  await addStack(shell, 'local', ['production', 'backup'])
})

describe('approve', () => {
  const endpoint = { address: '127.1.0.7', port: 22, via: null, trust: { mode: 'pinned' as const, keys: ['ssh-ed25519 AAAAhost'] } }
  const redirect: Redirect = {
    kind: 'redirect',
    zone: 'production',
    number: 7,
    host: 'web-1',
    after: 0,
    from: endpoint,
    to: { ...endpoint, address: '127.1.0.9', via: { host: 'jump', account: 'deploy', name: 'ssh-key' }, trust: { mode: 'pinned', keys: ['ssh-ed25519 AAAAother'] } },
    reason: 'moved',
    proposedBy: 'admin',
    proposedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 3600_000).toISOString()
  }
  beforeEach(() => {
    shell.proposals.set(7, redirect)
    const { address, port, trust } = endpoint
    shell.hosts.set('web-1', { zone: 'production', id: 'web-1', address, port, trust, labels: {}, observe: false, createdAt: at })
  })

  test('shows what stands in Vault, and asks for the name of the host', async () => {
    shell.typed = 'web-1'
    expect(await shell.play('$ rekey approve production/7')).toBe(`
$ rekey approve production/7
! Redirect 7 of production/web-1, proposed by admin at ${redirect.proposedAt}: moved
!   address   - 127.1.0.7 port 22
!   address   + 127.1.0.9 port 22
!   by way of - no jump host
!   by way of + jump/deploy/ssh-key
!   host keys - ssh-ed25519 ${fingerprint('ssh-ed25519 AAAAhost')}
!   host keys + ssh-ed25519 ${fingerprint('ssh-ed25519 AAAAother')}
!   until     ${redirect.expiresAt}
!   digest    ${digestOf(redirect)}
! Secrets of this host will be shown to whoever is there. Compare the fingerprints at the machine itself, not over the network.
! Type the host's name, web-1, to approve: 
Approved. Proposal production/7 has one approval; the worker carries it out when there are enough.`.trim())
  })

  test('does nothing when something else is typed, and needs --yes where nobody can be asked', async () => {
    shell.typed = 'yes'
    expect(await shell.rekey('approve', 'production/7')).toMatchObject({ code: 1, out: 'Nothing was approved.\n' })
    shell.password = undefined
    expect(await shell.rekey('approve', 'production/7', '--username', 'ada', '--password-file', '.rekey/local/production-password')).toMatchObject({ code: 2, err: expect.stringContaining('say --yes') as unknown })
    expect(shell.approvals).toEqual([])
    expect((await shell.rekey('approve', 'production/7', '--yes', '--username', 'ada', '--password-file', '.rekey/local/production-password')).code).toBe(0)
    expect(shell.approvals).toHaveLength(1)
  })

  test.each<[string, Partial<Redirect>, string]>([
    ['has expired', { expiresAt: at }, 'it expired at'],
    ['starts from elsewhere', { from: { ...endpoint, port: 23 } }, 'propose it anew'],
    ['takes a pinned key away', { to: { ...endpoint, trust: { mode: 'first-use' } } }, 'take away a pinned key']
  ])('refuses one that %s', async (_, changes, says) => {
    shell.proposals.set(7, { ...redirect, ...changes })
    expect(await shell.rekey('approve', 'production/7', '--yes')).toMatchObject({ code: 1, err: expect.stringContaining(says) as unknown })
    expect(shell.approvals).toEqual([])
  })

  const leave: Leave = {
    kind: 'leave',
    zone: 'production',
    number: 8,
    host: 'web-1',
    credential: null,
    signOff: ['SHA256:gone'],
    reason: 'burned',
    proposedBy: 'admin',
    proposedAt: redirect.proposedAt,
    expiresAt: redirect.expiresAt
  }

  test('shows what leaves, and which secrets are signed off without a proof', async () => {
    shell.proposals.set(8, leave)
    shell.add({
      ...credential,
      hold: { class: 'locked-out', since: at, detail: '' },
      candidate: { ...key('next'), sentAt: at },
      retired: [{ ...key('gone'), wasRefused: false, retiredAt: at, notBefore: at, removedAt: null }]
    })
    shell.typed = 'web-1'
    expect(await shell.play('$ rekey approve production/8')).toBe(`
$ rekey approve production/8
! Leave 8 of production/web-1, proposed by admin at ${leave.proposedAt}: burned
!   production/web-1/deploy/ssh-key, on hold: locked-out
!     current   SHA256:current
!     successor SHA256:next
!     debt      SHA256:gone, signed off without a proof
!   until     ${leave.expiresAt}
!   digest    ${digestOf(leave)}
! From then on nothing of it is rotated, whatever is ordered, and what is signed off is never proven dead. Its secrets stay in Vault.
! Type the host's name, web-1, to approve: 
Approved. Proposal production/8 has one approval; the worker carries it out when there are enough.`.trim())
  })

  test('asks for the whole name of a credential that leaves, and refuses one that has left or is none', async () => {
    shell.add(credential)
    shell.proposals.set(8, { ...leave, credential: { account: 'deploy', name: 'ssh-key' } })
    shell.typed = 'web-1'
    expect(await shell.rekey('approve', 'production/8')).toMatchObject({ code: 1, err: expect.stringContaining('Type the credential\'s name, production/web-1/deploy/ssh-key, to approve') as unknown })
    shell.add({ ...credential, leaving: { by: 'ada', at, reason: 'sold', proposal: 3, order: 0, signedOff: [], leftAt: at } })
    expect(await shell.rekey('approve', 'production/8', '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('it has left already') as unknown })
    shell.proposals.set(8, { ...leave, credential: { account: 'nobody', name: 'ssh-key' } })
    expect(await shell.rekey('approve', 'production/8', '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('no such credential') as unknown })
    expect(shell.approvals).toEqual([])
  })

  test.each(['production', 'production/0', 'production/x', 'a/b/7'])('names the way out for %s', async (text) => {
    expect(await shell.rekey('approve', text)).toMatchObject({ code: 2, err: expect.stringContaining('rekey approve production/7') as unknown })
  })
})
