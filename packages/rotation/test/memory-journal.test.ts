import { digestOf, formatName } from '@rekey/domain'
import { journalContract, plainCredential } from './journal.contract.ts'
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
    putPolicy: policy => { zone.policy = policy; return Promise.resolve() },
    putProposal: draft => {
      const proposal = { ...draft, number: zone.proposals.length + 1, proposedAt: new Date().toISOString() }
      zone.proposals.push(proposal)
      return Promise.resolve(proposal)
    },
    approve: (proposal, breakGlass) => {
      zone.approvals.set(proposal.number, [{ entity: 'e-1', by: 'ada', digest: digestOf(proposal), at: new Date().toISOString(), ...breakGlass !== undefined && { breakGlass } }])
      return Promise.resolve()
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

test('a hook that throws before a save stops it, one that throws after it loses only the answer', async () => {
  const zone = new MemoryZone('production')
  const credential = plainCredential({ zone: 'production', host: 'web-1', account: 'root', name: 'ssh-key' })
  const stop = (): void => { throw new Error('killed') }
  await expect(createMemoryJournal(zone, { before: stop }).save(credential, 0)).rejects.toThrow('killed')
  expect(zone.saved).toHaveLength(0)
  await expect(createMemoryJournal(zone, { after: stop }).save(credential, 0)).rejects.toThrow('killed')
  expect(zone.saved).toHaveLength(1)
})
