import { beforeEach, describe, expect, test } from '@jest/globals'
import { defaultPolicy, digestOf, RekeyError, Secret, type Campaign, type Proposal, type Webhook, type WebhookEvent } from '@rekey/domain'
import { Consumers, DueIndex, lookAtCampaigns, type ConsumerBook } from '@rekey/rotation'
import { createMemoryJournal } from './memory-journal.ts'
import { name, World } from './world.ts'

let world: World
/** What each webhook was told, by its name. */
let heard: Map<string, WebhookEvent[]>
let deaf: Set<string>
/** Dies after the message was sent, before that is recorded. */
let dies: boolean
const told = new Map<string, { ids: readonly string[], version: number }>()

const webhook = (changes: Partial<Webhook> = {}): Webhook =>
  ({ name: 'inventory', url: 'https://inventory.example', secret: Secret.of('s'.repeat(32)), events: ['rotated', 'hold', 'debt'], acknowledges: true, since: '2026-01-01T00:00:00.000Z', ...changes })

beforeEach(async () => {
  world = await World.adopted()
  world.zone.policy = { ...defaultPolicy, graceSeconds: 3600 };
  [heard, deaf, dies] = [new Map<string, WebhookEvent[]>(), new Set(), false]
  told.clear()
})

const keyOf = (one: string, about: unknown): string => JSON.stringify([one, about])

const book: ConsumerBook = {
  webhooks: async () => await Promise.resolve([]),
  told: async (one, about) => { const { ids = [], version = 0 } = told.get(keyOf(one, about)) ?? {}; return await Promise.resolve({ value: ids, version }) },
  saveTold: async (one, about, ids, version) => {
    if (dies) throw new RekeyError('vault/unavailable', 'the worker is gone')
    told.set(keyOf(one, about), { ids, version: version + 1 })
    return await Promise.resolve(version + 1)
  }
}

/** A worker that has just started: what it remembers is in Vault. */
const consumers = () => new Consumers({
  ...world.ports(),
  book,
  messenger: {
    send: async ({ name: one }, event) => {
      if (deaf.has(one)) throw new RekeyError('webhook/failed', `the webhook ${one} did not take it`)
      heard.set(one, [...heard.get(one) ?? [], event])
      await Promise.resolve()
    }
  }
})
const tell = async (...webhooks: Webhook[]) => await consumers().tell(name.host, webhooks, await consumers().rules(webhooks))
const typesHeard = (one = 'inventory') => heard.get(one)?.map(({ type }) => type) ?? []
const epochsHeard = () => heard.get('inventory')?.map(event => [event.type, 'epoch' in event && event.epoch])
const retired = () => world.credential.retired.map(({ removedAt }) => removedAt !== null)

async function rotated (): Promise<void> {
  world.order()
  await world.visit()
}

describe('an old key', () => {
  beforeEach(rotated)

  test('goes before the end of its grace once all who must have acknowledged the new one', async () => {
    const both = [webhook(), webhook({ name: 'deploys', events: [] })]
    deaf.add('deploys')
    expect(await tell(...both)).toEqual({ isComplete: false, hasEndedGrace: false })
    await world.visit()
    expect(retired()).toEqual([false])
    deaf.clear()
    world.time += 1000
    expect(await tell(...both)).toEqual({ isComplete: true, hasEndedGrace: true })
    await world.visit()
    expect(retired()).toEqual([])
    expect([typesHeard(), typesHeard('deploys')]).toEqual([['candidate-verified'], ['candidate-verified']])
  })

  test('goes at the end of its grace, whoever has not acknowledged', async () => {
    deaf.add('inventory')
    await tell(webhook())
    world.time += 3_600_000
    await world.visit()
    expect(retired()).toEqual([])
  })

  test.each([
    ['nobody has to acknowledge', [webhook({ acknowledges: false, events: ['candidate-verified'] })]],
    ['nobody is told at all', []],
    ['who must was not there when the new one was verified', [webhook({ since: '2027-01-01T00:00:00.000Z' })]]
  ])('stays for its grace where %s', async (_what, webhooks) => {
    expect(await tell(...webhooks)).toMatchObject({ hasEndedGrace: false })
    await world.visit()
    expect(retired()).toEqual([false])
  })
})

test('what was told stays told, and a rotation is told once it is proven', async () => {
  await rotated()
  await tell(webhook())
  await world.visit()
  await tell(webhook())
  await tell(webhook())
  expect(typesHeard()).toEqual(['candidate-verified', 'rotated'])
})

test('after a crash between telling and recording, the same event is told again under the same id', async () => {
  await rotated()
  dies = true
  await expect(tell(webhook())).rejects.toMatchObject({ code: 'vault/unavailable' })
  dies = false
  await tell(webhook())
  const [first, second] = heard.get('inventory') ?? []
  expect(second).toEqual(first)
  expect(first).toMatchObject({ type: 'candidate-verified', credential: 'production/web-1/deploy/ssh-key', id: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown })
})

test('rotations that a receiver has missed are all told when it comes back, oldest first', async () => {
  world.zone.policy = defaultPolicy
  deaf.add('inventory')
  for (let n = 0; n < 3; n++) {
    await rotated()
    await tell(webhook())
    world.time += 60_000
  }
  deaf.clear()
  await tell(webhook())
  const { epoch } = world.credential
  expect(epochsHeard()).toEqual([['rotated', epoch - 2], ['rotated', epoch - 1], ['rotated', epoch]])
})

test('a webhook that fails is left alone for a while, longer each time, and keeps no other waiting', async () => {
  await rotated()
  deaf.add('inventory')
  const patient = consumers()
  const both = [webhook(), webhook({ name: 'deploys' })]
  await patient.tell(name.host, both)
  expect(typesHeard('deploys')).toEqual(['candidate-verified'])
  deaf.clear()
  await patient.tell(name.host, both)
  expect(typesHeard()).toEqual([])
  world.time += 1000
  await patient.tell(name.host, both)
  expect(typesHeard()).toEqual(['candidate-verified'])
})

test('each message is in the audit trail before it is sent, and none is sent where it can\'t be', async () => {
  await rotated()
  world.auditFails = true
  await expect(tell(webhook())).rejects.toMatchObject({ code: 'audit/unwritable' })
  expect(typesHeard()).toEqual([])
  world.auditFails = false
  await tell(webhook())
  expect(world.audit.slice(-2).map(({ act }) => act)).toEqual(['webhook.tell', 'grace.end'])
})

test('drift is told once each time, of the secret that was refused, also when it was ended before anybody could be told', async () => {
  world.zone.policy = defaultPolicy
  world.zone.policies.push({ name: 'watched', priority: 1, selector: {}, heartbeat: { everySeconds: 3600, onDrift: 'rotate' }, revision: 1, changedBy: 'admin', changedAt: world.at() })
  await rotated()
  const first = world.firstKey
  const watcher = webhook({ events: ['drift'], acknowledges: false })
  const refused: unknown[] = []
  for (let time = 0; time < 2; time += 1) {
    const { fingerprint, epoch } = world.credential.current
    world.host.keys.clear()
    world.host.keys.add(first.publicKey)
    world.time += 3_600_000
    await world.visit()
    expect(world.state).toMatchObject({ status: 'settled', drift: { endedAt: expect.any(String) as unknown } })
    refused.push({ type: 'drift', at: world.at(), fingerprint, epoch, detail: first.fingerprint })
    await tell(watcher)
    await tell(watcher)
    world.order()
    await world.settle()
    await tell(watcher)
  }
  expect(heard.get('inventory')).toMatchObject(refused)
  expect(heard.get('inventory')).toHaveLength(2)
})

test('what is overdue is told once for each secret, by the zone\'s longest age and by named policies, whoever was deaf meanwhile', async () => {
  const watcher = webhook({ events: ['overdue'], acknowledges: false })
  world.zone.policy = { ...defaultPolicy, longestAgeSeconds: 86_400, overdueAfterSeconds: 3600 }
  world.time += 86_400_000
  await tell(watcher)
  expect(typesHeard()).toEqual([])
  deaf.add('inventory')
  world.time += 3_600_000
  await tell(watcher)
  deaf.clear()
  world.time += 3_600_000
  await tell(watcher)
  await tell(watcher)
  expect(heard.get('inventory')).toMatchObject([{ type: 'overdue', at: new Date(world.time - 3_600_000).toISOString(), fingerprint: world.credential.current.fingerprint, epoch: 1 }])
  await world.settle()
  await tell(watcher)
  expect(typesHeard()).toEqual(['overdue'])

  world.zone.policy = { ...defaultPolicy, overdueAfterSeconds: 60 }
  world.zone.policies.push({ name: 'hourly', priority: 1, selector: { labels: { tier: 'web' } }, schedule: { everySeconds: 3600 }, revision: 1, changedBy: 'admin', changedAt: world.at() })
  world.time += 3_700_000
  await tell(watcher)
  expect(epochsHeard()).toEqual([['overdue', 1], ['overdue', 2]])
})

describe('of campaigns', () => {
  const id = '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b'
  const watcher = webhook({ events: ['break-glass', 'campaign-overdue'], acknowledges: false })
  const minute = 60_000

  function proposed () {
    return { zone: 'production', number: world.zone.proposals.length + 1, campaign: id, reason: 'a vault of keys was stolen', proposedBy: 'admin', proposedAt: world.at(), expiresAt: new Date(world.time + 60 * minute).toISOString() }
  }

  /** One who breaks the glass, or two who don't need to. */
  function approve (proposal: Proposal, breakGlass?: string): void {
    world.zone.proposals.push(proposal)
    world.zone.approvals.set(proposal.number, (breakGlass === undefined ? ['ada', 'bea'] : ['ada']).map(by => ({ entity: `entity-of-${by}`, by, digest: digestOf(proposal), at: world.at(), ...breakGlass !== undefined && { breakGlass } })))
  }

  function start (changes: Partial<Campaign> = {}, breakGlass?: string): void {
    approve({ kind: 'campaign', ...proposed(), scope: {}, asked: 'all', after: [], waitSeconds: 0, breakerPercent: 30, endsTokens: true, deadline: null, ...changes }, breakGlass)
  }

  async function seen (): Promise<DueIndex> {
    const index = new DueIndex(createMemoryJournal(world.zone), () => new Date(world.time))
    await index.scan()
    return index
  }

  async function look (): Promise<void> {
    await lookAtCampaigns((await seen()).hosts(), world.ports(), new Date(world.time))
  }

  const tellOf = async (index: DueIndex, ...webhooks: Webhook[]) => await consumers().tellCampaigns(webhooks, index.hosts())

  test('each time that one person alone was enough is told, with what he did and why, also when several came before it could be', async () => {
    start({}, 'nobody answers')
    await look()
    for (const action of ['pause', 'stop'] as const) {
      approve({ kind: 'steering', ...proposed(), action }, `${action}, and nobody answers`)
      world.time += minute
      await look()
      await look()
    }
    deaf.add('inventory')
    expect(await tellOf(await seen(), watcher)).toBe(false)
    deaf.clear()
    expect(await tellOf(await seen(), watcher)).toBe(true)
    await tellOf(await seen(), watcher)
    expect(heard.get('inventory')).toMatchObject([
      { type: 'break-glass', zone: 'production', campaign: id, action: 'start', reason: 'nobody answers' },
      { type: 'break-glass', zone: 'production', campaign: id, action: 'pause', reason: 'pause, and nobody answers' },
      { type: 'break-glass', zone: 'production', campaign: id, action: 'stop', reason: 'stop, and nobody answers' }
    ])
    expect(world.audit.at(-1)).toMatchObject({ act: 'webhook.tell', target: `production, campaign ${id}`, reason: 'stop, and nobody answers' })
  })

  test('a start that two have approved is told to nobody, nor is anything to those who have not asked', async () => {
    start()
    await look()
    await tellOf(await seen(), watcher)
    approve({ kind: 'steering', ...proposed(), action: 'pause' }, 'nobody answers')
    await look()
    await look()
    expect(await tellOf(await seen(), webhook())).toBe(true)
    expect(heard.size).toBe(0)
  })

  test('that its deadline has passed with something open is told once, whatever closes and opens later', async () => {
    start({ deadline: new Date(world.time + 10 * minute).toISOString() })
    await look()
    await look()
    await tellOf(await seen(), watcher)
    expect(typesHeard()).toEqual([])
    world.time += 10 * minute
    await tellOf(await seen(), watcher)
    expect(heard.get('inventory')).toMatchObject([{ type: 'campaign-overdue', zone: 'production', campaign: id, at: world.at(), reason: 'a vault of keys was stolen' }])
    await look()
    await world.settle()
    await tellOf(await seen(), watcher)
    approve({ kind: 'steering', ...proposed(), action: 'pause' }, 'nobody answers')
    await look()
    await tellOf(await seen(), watcher)
    world.zone.putCredential({ ...world.credential, current: { ...world.credential.current, order: 0 } })
    await tellOf(await seen(), watcher)
    expect(typesHeard()).toEqual(['campaign-overdue', 'break-glass'])
  })

  test('nothing is told at its deadline when all of it is proven, though a worker that was elsewhere remembers it as open', async () => {
    start({ deadline: new Date(world.time + 10 * minute).toISOString() })
    await look()
    const elsewhere = await seen()
    for (let looks = 0; looks < 3; looks += 1) await look()
    await world.visit()
    expect(world.state).toMatchObject({ status: 'settled', order: 1 })
    world.time += 10 * minute
    expect(await tellOf(elsewhere, watcher)).toBe(true)
    expect(heard.size).toBe(0)
  })

  test.each<[string, () => void]>([
    ['was stopped', () => { approve({ kind: 'steering', ...proposed(), action: 'stop' }) }],
    ['covers only what is observed', () => { world.zone.policy = { ...world.zone.policy, observe: true } }]
  ])('nothing is told at the deadline of one that %s', async (_what, given) => {
    start({ deadline: new Date(world.time + 10 * minute).toISOString() })
    await look()
    given()
    await look()
    world.time += 10 * minute
    expect(await tellOf(await seen(), watcher)).toBe(true)
    expect(heard.size).toBe(0)
  })
})
