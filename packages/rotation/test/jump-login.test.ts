import { formatName } from '@rekey/domain'
import type { HostRecord, Via } from '@rekey/domain'
import { jumpLogin } from '@rekey/rotation'
import { createMemoryJournal } from './memory-journal.ts'
import { World, name } from './world.ts'

const via: Via = { host: 'jump', account: 'hop', name: 'ssh-key' }

/** As if the host had been added behind a jump host, with or without one now. */
function leads (world: World, way: Via | undefined): void {
  const { via: _, ...record } = world.zone.hosts.get(name.host) as HostRecord
  world.zone.putHost(way === undefined ? record : { ...record, via: way })
}

test('the jump host is bound at adoption, and nobody redirects it later', async () => {
  const world = new World()
  leads(world, via)
  await world.visit()
  expect(world.credential.target.via).toEqual(via)

  for (const other of [undefined, { ...via, host: 'other' }, { ...via, account: 'other' }, { ...via, name: 'other' }]) {
    leads(world, other)
    await world.visit()
    expect(world.state).toMatchObject({ status: 'held', hold: { class: 'record-changed', detail: expect.stringContaining('stays bound to 127.1.0.1 port 22 through jump/hop/ssh-key') as string } })
    leads(world, via)
    world.zone.putCredential({ ...world.credential, hold: null, nextAttemptAt: null })
    await world.visit()
    expect(world.credential.hold).toBeNull()
  }
})

test('a login on a jump host shows the current secret, and a candidate only when it may have arrived; it is recorded first', async () => {
  const world = await World.adopted()
  const ports = world.ports()
  const secrets = async () => (await jumpLogin(name, ports))?.secrets.map(({ fingerprint }) => fingerprint)
  const { current, target } = world.credential
  expect(await jumpLogin(name, ports)).toMatchObject({ target })
  expect(world.audit.at(-1)).toEqual({ act: 'jump', target: formatName(name), fingerprint: current.fingerprint, epoch: 1 })
  expect(await secrets()).toEqual([current.fingerprint])

  const candidate = { ...current, fingerprint: 'SHA256:candidate', epoch: 2 }
  world.zone.putCredential({ ...world.credential, candidate: { ...candidate, sentAt: null } })
  expect(await secrets()).toEqual([current.fingerprint])
  world.zone.putCredential({ ...world.credential, candidate: { ...candidate, sentAt: world.at() } })
  expect(await secrets()).toEqual([current.fingerprint, candidate.fingerprint])

  expect(await jumpLogin({ ...name, host: 'nowhere' }, ports)).toBeUndefined()
  world.auditFails = true
  await expect(jumpLogin(name, { journal: createMemoryJournal(world.zone), audit: ports.audit })).rejects.toMatchObject({ code: 'audit/unwritable' })
})
