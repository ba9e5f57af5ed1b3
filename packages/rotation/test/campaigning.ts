import { expect } from '@jest/globals'
import type { Approval, Campaign, CampaignAction, CampaignRun, Proposal, Steering } from '@rekey/domain'
import { allHosts, digestOf } from '@rekey/domain'
import { DueIndex, lookAtCampaigns } from '@rekey/rotation'
import { createMemoryJournal } from './memory-journal.ts'
import { must } from './world.ts'
import type { AtBoundary, World } from './world.ts'

export const id = '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b'

export function proposed (world: World) {
  return { zone: 'production', number: world.zone.proposals.length + 1, reason: 'a vault of keys was stolen', proposedBy: 'admin', proposedAt: world.at(), expiresAt: new Date(world.time + 3600_000).toISOString() }
}

export function propose (world: World, changes: Partial<Campaign> = {}): Campaign {
  const campaign: Campaign = {
    kind: 'campaign', campaign: id, ...proposed(world), scope: {}, asked: 'all', after: [], waitSeconds: 0, breakerPercent: 30, endsTokens: true, deadline: null, ...changes
  }
  world.zone.proposals.push(campaign)
  return campaign
}

export function steer (world: World, action: CampaignAction, people: readonly string[] = ['ada', 'bea'], words: Pick<Approval, 'breakGlass'> = {}, changes: Partial<Steering> = {}): Steering {
  const steering: Steering = { kind: 'steering', campaign: id, action, ...proposed(world), ...changes }
  world.zone.proposals.push(steering)
  approve(world, steering, people, words)
  return steering
}

export function approve (world: World, proposal: Proposal, people: readonly string[] = ['ada', 'bea'], changes: Partial<Approval> = {}): void {
  for (const by of people) {
    const approval = { entity: `entity-of-${by}`, by, digest: digestOf(proposal), at: world.at(), ...changes }
    world.zone.approvals.set(proposal.number, [...world.zone.approvals.get(proposal.number) ?? [], approval])
  }
}

/** A worker that has just come looks at the zone's campaigns. */
export async function look (world: World, atBoundary?: AtBoundary): Promise<void> {
  const index = new DueIndex(createMemoryJournal(world.zone), () => new Date(world.time))
  await index.scan()
  await lookAtCampaigns(index.hosts(), world.ports(atBoundary), new Date(world.time))
}

export function run (world: World): CampaignRun {
  return must(world.zone.campaigns.get(id)).value
}

/** Looks until all hosts are reached. */
export async function reachAll (world: World): Promise<void> {
  for (let looks = 0; looks < 3; looks += 1) await look(world)
  expect(run(world).through).toBe(allHosts)
}
