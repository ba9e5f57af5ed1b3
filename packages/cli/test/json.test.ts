import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { defaultPolicy, digestOf, digestOfPolicy, type Campaign } from '@rekey/domain'
import type { Command } from 'commander'
import { buildProgram } from '../src/program.ts'
import { processSession } from '../src/process-session.ts'
import { addStack, at, credential, key } from './given.ts'
import { Shell } from './shell.ts'

/** Those whose stdout is somebody else's. */
const withoutJson: Record<string, string> = {
  ssh: 'what the command on the host prints',
  lease: 'what the command prints that it runs',
  completion: 'a script for a shell'
}

function leaves (command: Command, path: readonly string[] = []): Array<{ path: string, hasJson: boolean }> {
  if (command.commands.length > 0) return command.commands.flatMap(one => leaves(one, [...path, one.name()]))
  return [{ path: path.join(' '), hasJson: command.options.some(({ long }) => long === '--json') }]
}

test('every command has --json, but those that print what is not theirs', () => {
  const without = leaves(buildProgram(processSession(), () => {})).filter(({ hasJson }) => !hasJson).map(({ path }) => path)
  expect(without).toEqual(Object.keys(withoutJson))
})

const name = 'production/web-1/deploy/ssh-key'
const lockedOut = { class: 'locked-out' as const, since: at, detail: 'No recorded key opens.' }
const secrets = [key('current').privateKey.open(), key('candidate').privateKey.open(), 'the-vault-token', 'typed-password', 'password-of-production']

describe('with --json stdout is one document:', () => {
  let shell: Shell
  /** What came, once it is one document and nothing is told twice. */
  const json = async (line: string, code = 0): Promise<unknown> => {
    const said = await shell.rekey(...line.split(' '), '--json')
    expect([said.code, said.out.endsWith('}\n')]).toEqual([code, true])
    return JSON.parse(said.out) as unknown
  }
  /** The same, without any secret. */
  const harmless = async (line: string, code = 0): Promise<unknown> => {
    const document = await json(line, code)
    for (const secret of secrets) expect(JSON.stringify(document)).not.toContain(JSON.stringify(secret).slice(1, -1))
    return document
  }
  beforeEach(async () => {
    shell = await Shell.start()
    shell.add(credential)
    await addStack(shell, 'local', ['production'])
  })

  test('login and logout', async () => {
    expect(await harmless('logout')).toEqual({ vaultAddress: null, revoked: false })
    const place = { username: 'operator-production', vaultAddress: 'https://127.0.0.1:8200/local' }
    expect(await harmless('login --zone production')).toEqual({ ...place, endsAt: expect.stringMatching(/^\d{4}-.*Z$/) as unknown, file: join(shell.folder, 'run/rekey/vault-login.json') })
    shell.vault = 'sealed'
    expect(await harmless('logout', 1)).toEqual({ vaultAddress: place.vaultAddress, revoked: false })
    shell.vault = 'up'
    await shell.rekey('login', '--zone', 'production')
    expect(await harmless('logout')).toEqual({ vaultAddress: place.vaultAddress, revoked: true })
  })

  test('reveal, which has the secret unless that is not asked for or goes into a file', async () => {
    const current = { credential: name, kind: 'ssh-key', fingerprint: 'SHA256:current', isCandidate: false, publicKey: 'ssh-ed25519 current', file: null, isUnderWay: false, hold: null }
    expect(await json(`reveal ${name}`)).toEqual({ ...current, privateKey: key('current').privateKey.open() })
    expect(await harmless(`reveal ${name} --public`)).toEqual(current)
    expect(await harmless(`reveal ${name} --out key`)).toEqual({ ...current, file: 'key' })
    expect(await readFile(join(shell.folder, 'key'), 'utf8')).toBe(key('current').privateKey.open())
    shell.add({ ...credential, hold: lockedOut, candidate: { ...key('candidate'), sentAt: at } })
    expect(await json(`reveal ${name} --candidate`)).toMatchObject({ isCandidate: true, isUnderWay: true, hold: 'locked-out', privateKey: key('candidate').privateKey.open() })
  })

  test('hold', async () => {
    expect(await harmless(`hold clear ${name} --reason back`)).toEqual({ credential: name, cleared: null })
    shell.add({ ...credential, hold: lockedOut })
    expect(await harmless(`hold show ${name}`)).toEqual({ credential: name, hold: lockedOut, lastFailure: null, lastClearedHold: null })
    const cleared = { ...lockedOut, clearedBy: 'operator-production', clearedAt: '2026-03-01T13:00:00.000Z', reason: 'back' }
    expect(await harmless(`hold clear ${name} --reason back`)).toEqual({ credential: name, cleared })
    expect(await harmless(`hold show ${name}`)).toMatchObject({ hold: null, lastClearedHold: cleared })
  })

  test('observe and manage', async () => {
    expect(await harmless(`observe ${name} --reason audit`)).toEqual({ credential: name, observedBy: { by: 'operator-production', at: '2026-03-01T13:00:00.000Z', reason: 'audit' } })
    expect(await harmless(`manage ${name} --reason over`)).toEqual({ credential: name, zoneObserves: false })
  })

  const campaign: Campaign = {
    kind: 'campaign',
    zone: 'production',
    number: 8,
    campaign: '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b',
    scope: { hosts: ['web-1'] },
    asked: '{}',
    after: [],
    waitSeconds: 300,
    breakerPercent: 30,
    endsTokens: true,
    deadline: null,
    reason: 'a laptop was stolen',
    proposedBy: 'admin',
    proposedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 3600_000).toISOString()
  }

  test.each(['approve', 'campaign approve', 'campaign break-glass'])('%s', async (command) => {
    shell.proposals.set(8, campaign)
    const reason = command.endsWith('break-glass') ? ' --reason alone' : ''
    const approval = { entity: 'e-1', by: 'operator-production', digest: digestOf(campaign), at: campaign.proposedAt, ...reason !== '' && { breakGlass: 'alone' } }
    expect(await harmless(`${command} production/8 --yes${reason}`)).toEqual({ proposal: 'production/8', kind: 'campaign', digest: digestOf(campaign), approvals: [approval] })
  })

  test('approve, of a policy', async () => {
    shell.written = { zone: 'production', version: 3, writtenAt: campaign.proposedAt, policy: { ...defaultPolicy, graceSeconds: 60 } }
    const digest = digestOfPolicy(shell.written)
    const approvals = [{ entity: 'e-1', by: 'operator-production', digest, at: campaign.proposedAt }]
    expect(await harmless('approve production/policy --yes')).toEqual({ policy: 'production', version: 3, digest, changes: [{ field: 'graceSeconds', inForce: 0, written: 60 }], approvals, approvalsNeeded: 2, isInForce: false })
  })

  test('none where nobody said yes', async () => {
    shell.proposals.set(8, campaign)
    expect(await shell.rekey('approve', 'production/8', '--json')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/\nrekey: nothing was approved\n$/) as unknown })
  })

  test('fetch and give-back', async () => {
    const soon = new Date(Date.now() + 600_000).toISOString()
    const lease = { id: '0mmq1k2ab-5f1b6c1e7d3e4a7d9f0a0d6c', secret: 'rekey_lease_x', endsAt: soon, endsAtMost: soon, credentials: [{ credential: 'production/web-1/app/password', host: 'web-1', user: 'app', address: '10.20.0.7', port: 22, knownHosts: ['10.20.0.7 ssh-ed25519 AAAA'], password: 'a-leased-password' }], knownHosts: '', sshConfig: '' }
    shell.env = { ...shell.env, REKEY_BROKER_ADDR: 'https://broker', REKEY_CI_TOKEN: 'a.b.c' }
    shell.api.answers.set('POST /v1/leases', [{ status: 201, body: lease }])
    shell.api.answers.set(`DELETE /v1/leases/${lease.id}`, [{ status: 200, body: {} }])
    const fetch = 'fetch --credential production/web-1/app/password --reason deploy'
    expect(await json(fetch)).toEqual(lease)
    expect(await json(`${fetch} --format json`)).toEqual(lease)
    const kept = await harmless(`${fetch} --format files --out lease`)
    expect(kept).toEqual({ folder: join(shell.folder, 'lease'), lease: lease.id, endsAt: soon, endsAtMost: soon, credentials: [{ credential: 'production/web-1/app/password', alias: 'web-1--app--password' }] })
    expect(await readFile(join(shell.folder, 'lease/web-1--app--password'), 'utf8')).toBe('a-leased-password\n')
    expect(await harmless('give-back lease')).toEqual({ lease: lease.id })
    expect(await shell.rekey(...fetch.split(' '), '--format', 'env', '--json')).toMatchObject({ code: 2, out: '' })
  })

  test('audit heads, and what a file got', async () => {
    expect(await harmless('audit heads production')).toEqual(shell.evidence)
    expect(await harmless('audit heads production --out heads')).toEqual({ file: 'heads', heads: 0, journals: 0 })
  })

  test('findings accept and remove', async () => {
    const finding = { id: '4f6b9c1d2e3a5b70', kind: 'unknown-key', fingerprint: 'SHA256:ops', places: ['production/web-1/app'], elsewhere: false, accepted: true, acceptances: [] }
    await addStack(shell, 'local', ['production'])
    shell.env = { ...shell.env, REKEY_API_ADDR: 'https://api.example:8443', REKEY_API_TOKEN_FILE: '.rekey/local/production-password' }
    shell.api.answers.set('PUT /v1/findings/production/4f6b9c1d2e3a5b70/acceptance', [{ status: 200, body: finding }])
    shell.api.answers.set('GET /v1/findings', [{ status: 200, body: { items: [finding], next: null } }])
    shell.api.answers.set('POST /v1/hosts/production/web-1/removals', [{ status: 201, body: { approveWith: 'rekey approve production/1' } }])
    expect(await harmless(`findings accept production/${finding.id} --reason ours`)).toEqual(finding)
    expect(await harmless(`findings remove production/${finding.id} --reason gone`)).toEqual({ finding: finding.id, fingerprint: 'SHA256:ops', proposed: [{ account: 'production/web-1/app', approveWith: 'rekey approve production/1' }] })
  })

  test('campaign report, also when the report goes into a file', async () => {
    shell.env = { ...shell.env, REKEY_API_ADDR: 'https://api.example:8443', REKEY_API_TOKEN_FILE: '.rekey/local/production-password' }
    const signed = { report: { madeAt: at, campaign: { id: campaign.campaign } }, key: 'k', signature: 's' }
    shell.api.answers.set(`GET /v1/campaigns/${campaign.campaign}/report`, [{ status: 200, body: signed }])
    expect(await harmless(`campaign report ${campaign.campaign}`)).toEqual(signed)
    expect(await harmless(`campaign report ${campaign.campaign} --out report`)).toEqual({ file: 'report', ...signed.report })
  })
})
