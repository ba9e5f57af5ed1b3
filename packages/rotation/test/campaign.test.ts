import type { Campaign, Proposal } from '@rekey/domain'
import { allHosts, noHosts } from '@rekey/domain'
import { lookAtCampaigns } from '@rekey/rotation'
import { approve, id, look, propose, proposed, reachAll, run, steer } from './campaigning.ts'
import { World } from './world.ts'

test('a campaign starts once two people have approved, and what its order covers is revoked', async () => {
  const world = await World.adopted()
  world.order()
  const campaign = propose(world)
  approve(world, campaign, ['ada'])
  await look(world)
  expect(world.zone.campaigns.size).toBe(0)
  approve(world, campaign, ['bea'])
  await reachAll(world)
  expect(run(world)).toMatchObject({ order: 2, proposal: 1, approvedBy: 'ada (entity-of-ada), bea (entity-of-bea)', breakGlass: null, state: 'running', endsTokens: true })
  expect(world.zone.orders.get(2)).toMatchObject({ campaign: id, proposal: 1, scope: {}, reason: 'a vault of keys was stolen', requestedBy: 'admin' })
  expect(world.audit.at(-1)).toMatchObject({ act: 'campaign', target: 'production', detail: expect.stringContaining('ada (entity-of-ada), bea') as string })
  const credential = await world.settle()
  expect(credential.current.order).toBe(2)
  expect(world.isOpenedOnlyBy(credential.current)).toBe(true)
})

test.each<[string, (world: World) => void]>([
  ['nobody has approved', world => { propose(world) }],
  ['one person has approved twice', world => { approve(world, propose(world), ['ada', 'ada']) }],
  ['was approved as something else', world => { approve(world, propose(world), undefined, { digest: 'f'.repeat(64) }) }],
  ['was approved for another scope', world => {
    const narrow = propose(world, { scope: { hosts: ['web-2'] } })
    approve(world, narrow)
    world.zone.proposals[0] = { ...narrow, scope: {} }
  }],
  ['has expired', world => { approve(world, propose(world, { expiresAt: new Date(world.time - 1).toISOString() }), undefined, { at: new Date(world.time - 2).toISOString() }) }],
  ['lives longer than a week', world => { approve(world, propose(world, { expiresAt: new Date(world.time + 8 * 24 * 3600_000).toISOString() })) }],
  ['has two approvals of three', world => {
    world.zone.policy = { ...world.zone.policy, campaignApprovals: 3 }
    approve(world, propose(world))
  }],
  ['somebody has made an order for', world => {
    const campaign = propose(world)
    world.zone.policy = { ...world.zone.policy, graceSeconds: 3600 }
    world.zone.putOrder({ zone: 'production', number: 1, campaign: id, proposal: campaign.number, scope: {}, reason: campaign.reason, requestedBy: campaign.proposedBy, requestedAt: campaign.proposedAt })
  }]
])('a campaign that %s does not start', async (_, given) => {
  const world = await World.adopted()
  given(world)
  await look(world)
  expect(world.zone.campaigns.size).toBe(0)
  expect(world.audit.filter(({ act }) => act === 'campaign')).toEqual([])
})

test('its first wave begins with it: an attacker has no look to spare', async () => {
  const world = await World.adopted()
  approve(world, propose(world))
  await look(world)
  expect(run(world)).toMatchObject({ state: 'running', through: allHosts })
})

test('an order that the API has forged for a campaign does not stand in for it: what was made since then is revoked', async () => {
  const world = await World.adopted()
  const campaign = propose(world)
  const forged = { zone: 'production', campaign: id, proposal: campaign.number, scope: {}, reason: campaign.reason, requestedBy: campaign.proposedBy, requestedAt: campaign.proposedAt }
  world.zone.putOrder({ ...forged, number: 1 })
  const early = (await world.settle()).current
  approve(world, campaign)
  await reachAll(world)
  expect(run(world).order).toBe(2)
  const { current } = await world.settle()
  expect([current.order, current.fingerprint === early.fingerprint]).toEqual([2, false])
})

test('one person alone can start it in an emergency, and that is loud', async () => {
  const world = await World.adopted()
  const alarms: unknown[] = []
  const campaign = propose(world)
  approve(world, campaign, ['ada'], { breakGlass: 'nobody else answers the phone' })
  await lookAtCampaigns([], { ...world.ports(), log: { info () {}, warn () {}, error: ({ alarm }) => { alarms.push(alarm) } } }, new Date(world.time))
  expect(run(world)).toMatchObject({ breakGlass: 'nobody else answers the phone', approvedBy: 'ada (entity-of-ada)' })
  expect(alarms).toEqual(['break-glass'])
  expect(world.audit.at(-1)).toMatchObject({ act: 'break-glass', reason: 'nobody else answers the phone' })
})

test('one person alone can pause it, let it go on and stop it in an emergency, and each time that is recorded, an alarm, and counted', async () => {
  const world = await World.adopted()
  const alarms: unknown[] = []
  const lookAgain = async () => { await lookAtCampaigns([], { ...world.ports(), log: { info () {}, warn () {}, error: ({ alarm }) => { alarms.push(alarm) } } }, new Date(world.time)) }
  approve(world, propose(world))
  await lookAgain()
  await lookAgain()
  for (const [action, state] of [['pause', 'paused'], ['resume', 'running'], ['stop', 'stopped']] as const) {
    steer(world, action, ['ada'], { breakGlass: `${action}, and nobody answers` })
    await lookAgain()
    expect(run(world)).toMatchObject({ state, breakGlass: null })
  }
  expect(run(world).steeredAlone?.map(({ action, reason }) => `${action}: ${reason}`)).toEqual(['pause: pause, and nobody answers', 'resume: resume, and nobody answers', 'stop: stop, and nobody answers'])
  expect(alarms).toEqual(['break-glass', 'break-glass', 'break-glass'])
  expect(world.audit.filter(({ act }) => act === 'break-glass').map(({ reason }) => reason)).toEqual(['pause, and nobody answers', 'resume, and nobody answers', 'stop, and nobody answers'])
})

test('a lone administrator is enough where people have said so, until a second one has ever approved of anything', async () => {
  const world = await World.adopted()
  world.zone.policy = { ...world.zone.policy, campaignApprovals: 1 }
  approve(world, propose(world), ['ada'])
  await reachAll(world)
  expect(run(world)).toMatchObject({ approvedBy: 'ada (entity-of-ada)', breakGlass: null })
  steer(world, 'pause', ['ada'])
  await look(world)
  expect(run(world).state).toBe('paused')

  approve(world, { ...steer(world, 'stop', []), reason: 'another text' }, ['bea'])
  steer(world, 'resume', ['ada'])
  await look(world)
  expect(run(world).state).toBe('paused')
  steer(world, 'resume')
  await look(world)
  expect(run(world).state).toBe('running')
})

test('what breaks the glass for a campaign makes no host leave', async () => {
  const world = await World.adopted()
  world.zone.policy = { ...world.zone.policy, leaveApprovals: 2 }
  const leave: Proposal = { kind: 'leave', ...proposed(world), host: 'web-1', credential: null, signOff: [] }
  world.zone.proposals.push(leave)
  approve(world, leave, ['ada'], { breakGlass: 'I am sure' })
  await world.visit()
  expect(world.state.leaving).toBeNull()
})

test('secrets that were replaced before it lose their grace', async () => {
  const world = await World.adopted()
  world.zone.policy = { ...world.zone.policy, graceSeconds: 86_400 }
  world.order()
  await world.visit()
  expect(world.state.status).toBe('grace')
  approve(world, propose(world))
  await reachAll(world)
  await world.visit()
  expect(world.state).toMatchObject({ status: 'settled', order: 2, debts: [] })
  expect(world.isOpenedOnlyBy(world.credential.current)).toBe(true)
})

test.each<[string, Partial<Campaign>, number | undefined, object, number | undefined]>([
  ['are counted', {}, 2, { isToEnd: false, found: 2, ended: 0, note: null }, 2],
  ['end where people have approved that', { endsSessions: true }, 2, { isToEnd: true, found: 2, ended: 2, note: null }, 0],
  ['that a host does not show keep nothing waiting', { endsSessions: true }, undefined, { found: null, ended: 0, note: expect.stringContaining('hidepid') as string }, undefined]
])('live logins %s', async (_, changes, logins, found, left) => {
  const world = await World.adopted()
  world.host.logins = logins
  approve(world, propose(world, changes))
  await reachAll(world)
  await world.settle()
  expect(world.state).toMatchObject({ status: 'settled', sessions: { campaign: id, at: world.at(), ...found } })
  expect(world.host.logins).toBe(left)
  const told = [...world.audit, ...world.outcomes].filter(({ act }) => act === 'end-sessions').map(({ outcome }) => outcome)
  expect(told).toEqual(changes.endsSessions !== true ? [] : [undefined, logins === undefined ? 'stopped' : 'done'])
  // A plain order looks at none.
  world.host.logins = 7
  world.order()
  await world.settle()
  expect(world.state.sessions?.found).toBe(logins ?? null)
})

test('two campaigns at once merge: what both cover is replaced once, and both are fulfilled by it', async () => {
  const world = await World.adopted()
  approve(world, propose(world))
  const second = propose(world, { campaign: id.replace('0f0c', '1f0c') })
  approve(world, second)
  for (let looks = 0; looks < 4; looks += 1) await look(world)
  expect([...world.zone.campaigns.values()].map(({ value: { order, through } }) => [order, through])).toEqual([[1, allHosts], [2, allHosts]])
  await world.settle()
  expect(world.state).toMatchObject({ status: 'settled', order: 2, epoch: 2, debts: [] })
  expect(world.isOpenedOnlyBy(world.credential.current)).toBe(true)
})

test('of burned secrets each place is found, and nothing else is touched', async () => {
  const world = await World.adopted()
  approve(world, propose(world, { scope: { burned: ['SHA256:elsewhere'] } }))
  await reachAll(world)
  await world.visit()
  expect(world.state.epoch).toBe(1)
  const second = propose(world, { campaign: id.replace('0f0c', '1f0c'), scope: { burned: [world.first.fingerprint] } })
  approve(world, second)
  for (let looks = 0; looks < 3; looks += 1) await look(world)
  await world.settle()
  expect(world.state).toMatchObject({ status: 'settled', epoch: 2, order: 2 })
})

describe('a worker that dies', () => {
  test.each(['before record', 'before saveCampaign', 'after saveCampaign', 'before createOrder', 'after createOrder'] as const)('%s leaves the rest to the next one, which places one order', async boundary => {
    const world = await World.adopted()
    approve(world, propose(world))
    await expect(look(world, at => { if (at === boundary) throw new Error('killed') })).rejects.toThrow('killed')
    await reachAll(world)
    expect([...world.zone.orders.values()].filter(({ campaign }) => campaign === id)).toHaveLength(1)
    expect(run(world).order).toBe(1)
    expect((await world.settle()).current.order).toBe(1)
  })

  test('two that look at the same time place one order between them', async () => {
    const world = await World.adopted()
    approve(world, propose(world))
    await Promise.all([look(world), look(world), look(world)])
    await reachAll(world)
    expect(world.zone.orders.size).toBe(1)
  })

  test('takes the next number where somebody else was faster with the one that was noted', async () => {
    const world = await World.adopted()
    approve(world, propose(world))
    await look(world, at => { if (at === 'before createOrder' && world.zone.orders.size === 0) world.order() })
    await reachAll(world)
    expect(run(world).order).toBe(2)
    expect((await world.settle()).current.order).toBe(2)
  })
})

test('a host that the waves have not reached is left alone, and may not leave without what is owed', async () => {
  const world = await World.adopted()
  approve(world, propose(world, { after: ['backup'], waitSeconds: 600 }))
  await look(world)
  await look(world)
  expect(run(world).through).toBe(noHosts)
  await world.visit()
  expect(world.state).toMatchObject({ status: 'settled', epoch: 1, unproven: [world.first.fingerprint] })
  world.zone.turns.add(id)
  await reachAll(world)
  await world.settle()
  expect(world.state).toMatchObject({ status: 'settled', epoch: 2, unproven: [] })
})

test('a zone that is never told that it is its turn begins by itself', async () => {
  const world = await World.adopted()
  approve(world, propose(world, { after: ['backup'], waitSeconds: 600 }))
  await look(world)
  world.time += 601_000
  await reachAll(world)
})

test('people pause it, let it go on and stop it for good; fewer than the policy wants don\'t', async () => {
  const world = await World.adopted()
  approve(world, propose(world))
  await look(world)
  await look(world)
  steer(world, 'pause', ['ada'])
  await look(world)
  expect(run(world).state).toBe('running')
  steer(world, 'pause')
  await look(world)
  expect(run(world)).toMatchObject({ state: 'paused', steering: 3 })
  await world.visit()
  expect(world.state).toMatchObject({ status: 'settled', epoch: 1 })
  steer(world, 'resume')
  await reachAll(world)
  await world.settle()
  expect(world.state.epoch).toBe(2)
  steer(world, 'stop')
  await look(world)
  steer(world, 'resume')
  await look(world)
  expect(run(world).state).toBe('stopped')
  expect(world.audit.map(({ act }) => act).filter(act => act.startsWith('campaign'))).toEqual(['campaign', 'campaign-pause', 'campaign-resume', 'campaign-stop'])
})

test('what is half done when it is paused is carried to its end', async () => {
  const world = await World.adopted()
  approve(world, propose(world))
  await reachAll(world)
  await world.visit(at => { if (at === 'before addKey') throw new Error('killed') }).catch(() => {})
  expect(world.credential.candidate).not.toBeNull()
  steer(world, 'pause')
  await look(world)
  world.time += 4000_000
  await world.settle()
  expect(world.isOpenedOnlyBy(world.credential.current)).toBe(true)
})
