import { expect, test } from '@jest/globals'
import { digestOf, type GrantProposal } from '@rekey/domain'
import type { AuditEntry } from '../src/index.ts'
import { carryOutGrants } from '../src/index.ts'
import { createMemoryJournal, MemoryZone } from './memory-journal.ts'

const now = new Date('2026-03-01T12:00:00.000Z')
const proposal: GrantProposal = {
  kind: 'grant',
  zone: 'production',
  number: 3,
  name: 'shop',
  after: 0,
  terms: { issuer: 'https://ci.example', audience: 'rekey', claims: { sub: 'job' }, subjectWildcard: false, allow: [], selector: { hosts: ['web-1'] }, maxTtlSeconds: 600, maxUses: null, approval: false, rotateAfter: 'lease', notBefore: null, notAfter: null },
  reason: 'deploys',
  proposedBy: 'admin',
  proposedAt: '2026-03-01T11:00:00.000Z',
  expiresAt: '2026-03-01T13:00:00.000Z'
}

async function carriedOut (change: Partial<GrantProposal> = {}, { digest, approvals = 1, needed = 1 }: { digest?: string, approvals?: number, needed?: number } = {}, prepare: (zone: MemoryZone) => void = () => {}) {
  const zone = new MemoryZone('production')
  prepare(zone)
  zone.policy = { ...zone.policy, grantApprovals: needed }
  const asked = { ...proposal, ...change }
  zone.proposals.push(asked)
  if (approvals > 0) zone.approvals.set(asked.number, Array.from({ length: approvals }, (_, index) => ({ entity: `e-${index}`, by: 'ada', digest: digest ?? digestOf(asked), at: '2026-03-01T11:30:00.000Z' })))
  const recorded: AuditEntry[] = []
  const ports = { journal: createMemoryJournal(zone), audit: { record: async (entry: AuditEntry) => { recorded.push(entry); await Promise.resolve() } }, now: () => now, log: { info () {}, warn () {}, error () {} } }
  await carryOutGrants(ports)
  await carryOutGrants(ports)
  return { zone, recorded }
}

test('what people have approved is written down once, on the record', async () => {
  const { zone, recorded } = await carriedOut()
  expect(zone.grants.get('shop')).toEqual({ ...proposal.terms, zone: 'production', name: 'shop', proposal: 3, order: 0, grantedBy: 'ada (e-0)', grantedAt: now.toISOString(), reason: 'deploys' })
  expect(recorded).toEqual([{ act: 'grant', target: 'production/shop', reason: 'deploys', detail: expect.stringContaining('claim sub = "job"') as unknown }])
})

test('a campaign that was proposed after it ends it, however late it is approved', async () => {
  const order = (number: number) => ({ zone: 'production', number, campaign: 'c', proposal: 4, scope: {}, reason: 'stolen', requestedBy: 'worker', requestedAt: now.toISOString() })
  const run = { campaign: 'c', proposal: 4, order: 7, startedAt: now.toISOString(), approvedBy: 'ada', breakGlass: null, endsTokens: false, state: 'running', steering: 0, through: '~', waveAt: now.toISOString(), breaker: null, isBreakerOff: false } as const
  const orderOf = async (number: number) => {
    const { zone } = await carriedOut({ number }, {}, (one) => {
      for (let placed = 1; placed <= 7; placed += 1) one.orders.set(placed, order(placed))
      one.campaigns.set('c', { value: run, version: 1 })
    })
    return zone.grants.get('shop')?.order
  }
  expect([await orderOf(3), await orderOf(5)]).toEqual([6, 7])
})

test.each([
  ['nobody has approved', {}, { approvals: 0 }],
  ['too few have approved', {}, { approvals: 1, needed: 2 }],
  ['something else was approved', {}, { digest: digestOf({ ...proposal, terms: { ...proposal.terms, selector: {} } }) }],
  ['it has expired', { expiresAt: '2026-03-01T11:59:59.999Z' }, {}],
  ['another grant came in between', { after: 2 }, {}],
  ['it is unsound, whoever approved it', { terms: { ...proposal.terms, claims: { ref: 'main' } } }, {}]
])('nothing is granted when %s', async (_, change, said) => {
  const { zone, recorded } = await carriedOut(change, said)
  expect(zone.grants.size).toBe(0)
  expect(recorded).toEqual([])
})

test('every term is part of what people approve', () => {
  const changes: ReadonlyArray<Partial<GrantProposal['terms']>> = [
    { issuer: 'https://other.example' }, { audience: 'else' }, { claims: { sub: 'other' } }, { claims: { sub: true } }, { subjectWildcard: true }, { allow: ['fork'] },
    { selector: {} }, { selector: { hosts: ['web-1'], kinds: ['password'] } }, { maxTtlSeconds: 601 }, { maxUses: 1 }, { rotateAfter: 'never' }, { notBefore: now.toISOString() }, { notAfter: now.toISOString() }
  ]
  const digests = [{}, ...changes].map((change) => digestOf({ ...proposal, terms: { ...proposal.terms, ...change } }))
  expect(new Set(digests).size).toBe(changes.length + 1)
})
