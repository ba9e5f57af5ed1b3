import { beforeEach, expect, test } from '@jest/globals'
import { requestDigest, type LeaseRequest } from '@rekey/domain'
import { addStack } from './given.ts'
import { Shell } from './shell.ts'

const id = '0mmq1k2ab-5f1b6c1e7d3e4a7d9f0a0d6c'
const request: LeaseRequest = {
  id,
  zone: 'production',
  grant: 'deploy-shop',
  proposal: 9,
  credentials: [{ zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' }],
  fingerprints: ['SHA256:one'],
  order: 0,
  ttlSeconds: 300,
  reason: 'deploy 1.4.2',
  issuer: 'https://ci.example',
  subject: 'repo:acme/shop',
  claims: { run_id: '"77"' },
  askedAt: new Date().toISOString(),
  expiresAt: new Date(Date.now() + 3600_000).toISOString()
}

let shell: Shell
beforeEach(async () => {
  shell = await Shell.start()
  await addStack(shell, 'local', ['production', 'backup'])
  shell.requests.set(id, request)
})

test('approve shows who asks for what, and asks for the name of the grant', async () => {
  shell.typed = 'deploy-shop'
  expect(await shell.play(`$ rekey approve production/${id}`)).toBe(`
$ rekey approve production/${id}
! Lease ${id} of production, asked for at ${request.askedAt}: deploy 1.4.2
!   secret    production/web-1/deploy/ssh-key
!   for       300 s, and renewals up to what the grant allows
!   grant     deploy-shop (proposal 9)
!   who       repo:acme/shop of https://ci.example
!   claim     run_id = "77"
!   until     ${request.expiresAt}
!   digest    ${requestDigest(request)}
! Whoever asks is handed these secrets by the zone's broker as soon as one person has approved.
! Type the grant's name, deploy-shop, to approve: 
Approved. Whoever asked gets the lease production/${id} when he asks again, until ${request.expiresAt}.`.trim())
  expect(shell.words).toMatchObject([{ verdict: 'approved', digest: requestDigest(request) }])
})

test('nothing is approved when something else is typed, or by whoever asks', async () => {
  shell.typed = 'yes'
  expect(await shell.rekey('approve', `production/${id}`)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('nothing was approved') as unknown })
  shell.requests.set(id, { ...request, subject: shell.entity })
  expect(await shell.rekey('approve', `production/${id}`, '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('asks for himself') as unknown })
  expect(shell.words).toEqual([])
})

test('one that has expired, was denied, or that there is none of is not approved', async () => {
  shell.requests.set(id, { ...request, expiresAt: request.askedAt })
  expect(await shell.rekey('approve', `production/${id}`, '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('it expired at') as unknown })
  shell.requests.set(id, request)
  expect(await shell.rekey('deny', `production/${id}`, '--reason', 'no release today')).toMatchObject({ code: 0, out: `Denied. Nobody gets the lease production/${id}.\n` })
  expect(await shell.rekey('approve', `production/${id}`, '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('no release today') as unknown })
  expect(await shell.rekey('approve', `production/${id.replace('0', '1')}`, '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('[lease/request-unknown]') as unknown })
  expect(shell.words).toHaveLength(1)
})

test('whoever has approved can\'t deny it any more, and is told so', async () => {
  await shell.rekey('approve', `production/${id}`, '--yes')
  expect(await shell.rekey('deny', `production/${id}`, '--reason', 'on second thoughts')).toMatchObject({ code: 1, err: expect.stringContaining('you have approved of it before') as unknown })
})

test('with --json stdout is one document', async () => {
  const { out } = await shell.rekey('deny', `production/${id}`, '--reason', 'no release today', '--json')
  expect(JSON.parse(out)).toMatchObject({ lease: `production/${id}`, digest: requestDigest(request), words: [{ verdict: 'denied', reason: 'no release today' }] })
})

test.each([
  ['a proposal', ['deny', 'production/7', '--reason', 'x'], 'name one lease'],
  ['a lease with --break-glass', ['approve', `production/${id}`, '--break-glass', 'x'], 'for campaigns only'],
  ['no reason', ['deny', `production/${id}`], '--reason']
])('refuses %s', async (_, args, says) => {
  expect(await shell.rekey(...args)).toMatchObject({ code: 2, err: expect.stringContaining(says) as unknown })
})
