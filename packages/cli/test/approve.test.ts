import { beforeEach, describe, expect, test } from '@jest/globals'
import { digestOf, fingerprint, type Campaign, type Clearing, type Credential, type Leave, type Redirect, type Removal } from '@rekey/domain'
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
    expect(await shell.rekey('approve', 'production/7')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/\nrekey: nothing was approved\n$/) as unknown })
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

  const removal: Removal = {
    kind: 'removal',
    zone: 'production',
    number: 10,
    host: 'web-1',
    account: 'deploy',
    publicKey: 'ssh-ed25519 AAAAplanted',
    reason: 'a stranger',
    proposedBy: 'admin',
    proposedAt: redirect.proposedAt,
    expiresAt: redirect.expiresAt
  }

  test('shows which key is removed from where', async () => {
    shell.proposals.set(10, removal)
    shell.typed = 'web-1/deploy'
    expect(await shell.play('$ rekey approve production/10')).toBe(`
$ rekey approve production/10
! Removal 10 at production/web-1/deploy, proposed by admin at ${removal.proposedAt}: a stranger
!   key       ssh-ed25519 ${fingerprint(removal.publicKey)}
!   until     ${removal.expiresAt}
!   digest    ${digestOf(removal)}
! Whoever logs in with this key is locked out there, and only he has it: it can't be put back from here.
! Type the account, web-1/deploy, to approve: 
Approved. Proposal production/10 has one approval; the worker carries it out when there are enough.`.trim())
  })

  test('refuses to remove a key that is managed there', async () => {
    shell.proposals.set(10, removal)
    shell.add({ ...credential, candidate: { ...key('next'), publicKey: removal.publicKey, sentAt: null } })
    expect(await shell.rekey('approve', 'production/10', '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('managed as production/web-1/deploy/ssh-key') as unknown })
    expect(shell.approvals).toEqual([])
  })

  const clearing: Clearing = {
    kind: 'clearing',
    zone: 'production',
    number: 9,
    host: 'web-1',
    credential: { account: 'deploy', name: 'ssh-key' },
    hold: { class: 'locked-out', since: at },
    reason: 'the key is back',
    proposedBy: 'admin',
    proposedAt: redirect.proposedAt,
    expiresAt: redirect.expiresAt
  }

  test('shows which hold is cleared, why it stands, and what the credential has', async () => {
    shell.proposals.set(9, clearing)
    shell.add({ ...credential, hold: { class: 'locked-out', since: at, detail: 'No recorded key opens.' }, candidate: { ...key('next'), sentAt: at } })
    shell.typed = 'locked-out'
    expect(await shell.play('$ rekey approve production/9')).toBe(`
$ rekey approve production/9
! Clearing 9 of production/web-1/deploy/ssh-key, proposed by admin at ${clearing.proposedAt}: the key is back
!   hold      locked-out since ${at}
!   detail    No recorded key opens.
!   bound to  127.1.0.7 port 22
!   current   SHA256:current
!   successor SHA256:next
!   until     ${clearing.expiresAt}
!   digest    ${digestOf(clearing)}
! From then on its rotation goes on by itself. Put right first what held it, or it is held again.
! Type the class of the hold, locked-out, to approve: 
Approved. Proposal production/9 has one approval; the worker carries it out when there are enough.`.trim())
  })

  test.each<[string, Credential['hold'], string]>([
    ['goes on already', null, 'not on hold any more'],
    ['is held for something else by now', { class: 'refused-twice', since: at, detail: '' }, 'propose it anew'],
    ['is held anew', { class: 'locked-out', since: '2026-03-02T12:00:00.000Z', detail: '' }, 'propose it anew']
  ])('refuses to clear what %s', async (_, hold, says) => {
    shell.proposals.set(9, clearing)
    shell.add({ ...credential, hold })
    expect(await shell.rekey('approve', 'production/9', '--yes')).toMatchObject({ code: 1, err: expect.stringContaining(says) as unknown })
    expect(shell.approvals).toEqual([])
  })

  test.each(['production', 'production/0', 'production/x', 'a/b/7'])('names the way out for %s', async (text) => {
    expect(await shell.rekey('approve', text)).toMatchObject({ code: 2, err: expect.stringContaining('rekey approve production/7') as unknown })
  })
})

describe('approve, of a campaign,', () => {
  const campaign: Campaign = {
    kind: 'campaign',
    zone: 'production',
    number: 8,
    campaign: '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b',
    scope: { hosts: ['web-1'] },
    asked: '{"scope":{"labels":{"role":"web"}}}',
    after: ['backup'],
    waitSeconds: 300,
    breakerPercent: 30,
    endsTokens: true,
    deadline: null,
    reason: 'a laptop was stolen',
    proposedBy: 'admin',
    proposedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 3600_000).toISOString()
  }
  beforeEach(() => { shell.proposals.set(8, campaign) })

  test('shows all that is bound by the approval', async () => {
    shell.typed = 'production'
    expect(await shell.play('$ rekey approve production/8')).toBe(`
$ rekey approve production/8
! Campaign 8 of production: revoke all, proposed by admin at ${campaign.proposedAt}: a laptop was stolen
!   campaign  0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b
!   asked     {"scope":{"labels":{"role":"web"}}}
!   scope     {"hosts":["web-1"]}
!   after     backup, but for 300 s at most
!   breaker   stops the waves when more than 30 % of the hosts that were tried have failed
!   tokens    all of the API end that were made before it
!   sessions  are counted, and go on
!   until     ${campaign.expiresAt}
!   digest    ${digestOf(campaign)}
! Every secret that it covers is replaced, and the old ones are removed without grace. Whoever uses one of them in production is cut off.
! Type the zone's name, production, to approve: 
Approved. Proposal production/8 has one approval; the worker carries it out when there are enough.`.trim())
  })

  test('that is a lockdown says so in the first line, and takes no broken glass', async () => {
    shell.proposals.set(8, { ...campaign, lockdown: true, endsSessions: true })
    shell.typed = 'lockdown production'
    expect(await shell.rekey('approve', 'production/8')).toMatchObject({
      code: 0,
      err: expect.stringMatching(/^Campaign 8 of production: LOCKDOWN[^]*nothing replaces it[^]*cut off for as long as it lasts[^]*Type what it is, lockdown production/) as unknown
    })
    const login = ['--yes', '--username', 'ada', '--password-file', '.rekey/local/production-password']
    shell.proposals.set(9, { kind: 'steering', zone: campaign.zone, number: 9, campaign: campaign.campaign, action: 'resume', lockdown: true, reason: campaign.reason, proposedBy: campaign.proposedBy, proposedAt: campaign.proposedAt, expiresAt: campaign.expiresAt })
    for (const number of [8, 9]) expect(await shell.rekey('approve', `production/${number}`, '--break-glass', 'nobody answers', ...login)).toMatchObject({ code: 1, err: expect.stringContaining('takes two people') as unknown })
    expect(shell.approvals).toHaveLength(1)
  })

  test('breaks the glass with a reason, and for nothing else', async () => {
    const login = ['--yes', '--username', 'ada', '--password-file', '.rekey/local/production-password']
    expect(await shell.rekey('approve', 'production/8', '--break-glass', 'nobody answers', ...login)).toMatchObject({ code: 0, out: expect.stringContaining('You alone were enough') as unknown })
    expect(shell.approvals).toMatchObject([{ breakGlass: 'nobody answers' }])
    const { zone, reason, proposedBy, proposedAt, expiresAt } = campaign
    const leave: Leave = { kind: 'leave', zone, number: 9, host: 'web-1', credential: null, signOff: [], reason, proposedBy, proposedAt, expiresAt }
    shell.proposals.set(9, leave)
    expect(await shell.rekey('approve', 'production/9', '--break-glass', 'nobody answers', ...login)).toMatchObject({ code: 2, err: expect.stringContaining('for campaigns only') as unknown })
  })

  test('is also a command of its own among those of campaigns, which wants to know why', async () => {
    const login = ['--yes', '--username', 'ada', '--password-file', '.rekey/local/production-password']
    expect(await shell.rekey('campaign', 'break-glass', 'production/8', ...login)).toMatchObject({ code: 2, err: expect.stringContaining('--reason') as unknown })
    expect(await shell.rekey('campaign', 'break-glass', 'production/8', '--reason', 'nobody answers', ...login)).toMatchObject({ code: 0, out: expect.stringContaining('You alone were enough') as unknown })
    shell.proposals.set(9, { ...campaign, number: 9 })
    expect(await shell.rekey('campaign', 'approve', 'production/9', ...login)).toMatchObject({ code: 0 })
    expect(shell.approvals.map(({ breakGlass }) => breakGlass)).toEqual(['nobody answers', undefined])
  })

  test('of a steering asks for what is to happen', async () => {
    const { zone, campaign: id, reason, proposedBy, proposedAt, expiresAt } = campaign
    shell.proposals.set(9, { kind: 'steering', zone, number: 9, campaign: id, action: 'stop', reason, proposedBy, proposedAt, expiresAt })
    shell.typed = 'stop'
    expect(await shell.rekey('approve', 'production/9')).toMatchObject({ code: 0, err: expect.stringContaining('It is over for good in this zone') as unknown })
  })
})
