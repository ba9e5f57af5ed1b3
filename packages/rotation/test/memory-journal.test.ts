import { digestOf, formatName, type Approval } from '@rekey/domain'
import { journalContract } from './journal.contract.ts'
import { plainCredential } from './sample-documents.ts'
import { createMemoryJournal, MemoryClaims, MemoryZone } from './memory-journal.ts'

journalContract('in memory', () => {
  const claims = new MemoryClaims()
  const zone = new MemoryZone('production', claims)
  return Promise.resolve({
    zone: zone.name,
    journal: createMemoryJournal(zone),
    colleague: createMemoryJournal(zone),
    neighbour: createMemoryJournal(new MemoryZone('backup', claims)),
    putHost: record => { zone.putHost(record); return Promise.resolve() },
    putAdoption: adoption => { zone.putAdoption(adoption); return Promise.resolve() },
    putOrder: order => { zone.putOrder(order); return Promise.resolve() },
    putRelease: (place, decision) => { zone.releases.set(place, decision); return Promise.resolve() },
    putNamedPolicy: policy => { zone.policies.push({ ...policy, revision: zone.policies.length + 1 }); zone.policies.sort((a, b) => a.name < b.name ? -1 : 1); return Promise.resolve() },
    putLabels: (host, labels) => { zone.labels.set(host, labels); return Promise.resolve() },
    putPolicy: policy => { zone.putPolicy(policy); return Promise.resolve() },
    putProposal: draft => {
      const proposal = { ...draft, number: zone.proposals.length + 1, proposedAt: new Date().toISOString() }
      zone.proposals.push(proposal)
      return Promise.resolve(proposal)
    },
    approve: (proposal, breakGlass) => {
      zone.approvals.set(proposal.number, [word('operator', digestOf(proposal), breakGlass)])
      return Promise.resolve()
    },
    approvePolicy: async ({ version, digest }, who) => {
      zone.policyApprovals.set(version, [...zone.policyApprovals.get(version) ?? [], word(who, digest)])
      await Promise.resolve()
    },
    putSurveyRequest: host => { zone.surveysAsked.add(host); return Promise.resolve() },
    storedVersions: name => {
      const id = formatName(name)
      const [first, last] = [zone.horizons.get(id) ?? 1, zone.credentials.get(id)?.version ?? 0]
      return Promise.resolve(Array.from({ length: last - first + 1 }, (_, index) => first + index))
    },
    close: () => Promise.resolve()
  })
})

function word (who: string, digest: string, breakGlass?: string): Approval {
  return { entity: `entity-of-${who}`, by: who, digest, at: new Date().toISOString(), ...breakGlass !== undefined && { breakGlass } }
}

test('a hook that throws before a save stops it, one that throws after it loses only the answer', async () => {
  const zone = new MemoryZone('production')
  const credential = plainCredential({ zone: 'production', host: 'web-1', account: 'root', name: 'ssh-key' })
  const stop = (): void => { throw new Error('killed') }
  await expect(createMemoryJournal(zone, { before: stop }).save(credential, 0)).rejects.toThrow('killed')
  expect(zone.saved).toHaveLength(0)
  await expect(createMemoryJournal(zone, { after: stop }).save(credential, 0)).rejects.toThrow('killed')
  expect(zone.saved).toHaveLength(1)
})
