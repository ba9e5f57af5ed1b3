import { formatName } from '@rekey/domain'
import { highestEpoch } from '@rekey/rotation'
import { memorySecrets } from './memory-host.ts'
import { name, root, World } from './world.ts'

const id = formatName(name)

describe('a host that names a recovery credential', () => {
  test('gets a way in back where the account lost its key, and rotates the one that was used in the same visit', async () => {
    const world = await World.withRecovery()
    const before = world.rootCredential.current.fingerprint
    world.host.keys.delete(world.firstKey.publicKey)
    world.order({ accounts: [name.account] })
    await world.visit()
    expect(world.state).toMatchObject({ status: 'settled', order: 1, hold: null })
    expect(world.audit.map(({ act }) => act)).toContain('recover')
    expect(world.rootCredential).toMatchObject({ burnedAt: null, retired: [] })
    expect(world.rootCredential.current.fingerprint).not.toBe(before)
  })

  test('is rotated in the same visit, too, where a heartbeat finds that the account has lost its key', async () => {
    const world = await World.withRecovery()
    world.zone.policies.push({ name: 'watched', priority: 1, selector: {}, heartbeat: { everySeconds: 3600, onDrift: 'rotate' }, revision: 1, changedBy: 'admin', changedAt: world.at() })
    const before = world.rootCredential.current.fingerprint
    world.host.keys.delete(world.firstKey.publicKey)
    world.time += 4000 * 1000
    await world.visit()
    expect(world.state).toMatchObject({ status: 'settled', hold: null, drift: { endedAt: world.at() } })
    expect(world.rootCredential).toMatchObject({ burnedAt: null, retired: [] })
    expect(world.rootCredential.current.fingerprint).not.toBe(before)
    expect(world.zone.states.get(formatName(root))).toMatchObject({ status: 'settled', fingerprint: world.rootCredential.current.fingerprint })
  })

  test('gets a way in back after many rotations, too, where sshd ends a connection at the fourth failure', async () => {
    const world = await World.withRecovery()
    for (let rotations = 0; rotations < 4; rotations += 1) {
      world.order({ accounts: [name.account] })
      await world.settle()
    }
    const { current } = world.credential
    world.host.keys.delete('publicKey' in current ? current.publicKey : '')
    world.host.maxAuthTries = 4
    world.order({ accounts: [name.account] })
    await world.visit()
    expect(world.state).toMatchObject({ status: 'settled', order: 5, hold: null })
    expect(world.audit.map(({ act }) => act)).toContain('recover')
  })

  test('replaces a password that somebody has changed, once it was refused three times', async () => {
    const world = await World.withRecovery('password')
    world.host.password = memorySecrets.password(world.zone.policy)
    world.order()
    for (let visits = 0; visits < 2; visits += 1) {
      await world.visit()
      expect(world.state.lastFailure).toMatchObject({ class: 'locked-out' })
      world.time += 4000 * 1000
    }
    world.host.asksForPredecessor = false // Root is not asked for the present one.
    await world.visit()
    expect(world.state).toMatchObject({ status: 'settled', order: 1, hold: null })
  })

  test('is not used while any recorded secret opens, nor for itself', async () => {
    const world = await World.withRecovery()
    world.order()
    await world.settle()
    expect(world.audit.map(({ act }) => act)).not.toContain('recover')
    world.host.keys.clear()
    world.order()
    await world.visit()
    expect(world.zone.states.get(formatName(root))).toMatchObject({ status: 'held', hold: { class: 'locked-out' } })
    expect(world.state).toMatchObject({ status: 'held', hold: { class: 'locked-out', detail: expect.stringContaining('recovery credential did not help') as string } })
  })

  test.each<['unreadable' | number, object | null]>([['unreadable', null], [highestEpoch, { seen: highestEpoch }]])('resets a fence that can\'t be used (%s), and rotates the one that was used', async (fence, finding) => {
    const world = await World.withRecovery()
    const before = world.rootCredential.current.fingerprint
    world.host.fences.set(id, fence)
    world.order({ accounts: [name.account] })
    await world.visit()
    expect(world.state).toMatchObject({ status: 'settled', order: 1, hold: null, fenceTampered: finding })
    expect(world.audit.map(({ act }) => act)).toContain('reset-fence')
    expect(world.host.fences.get(id)).toBe(world.credential.epoch)
    expect(world.rootCredential).toMatchObject({ burnedAt: null, retired: [] })
    expect(world.rootCredential.current.fingerprint).not.toBe(before)
  })

  test.each<[string, (world: World) => void]>([
    ['holds a number far above Vault\'s', (world) => { world.host.fences.set(id, 5000) }],
    ['is unreadable while the host takes anything', (world) => {
      world.host.fences.set(id, 'unreadable')
      world.host.acceptsAnything = true
    }]
  ])('does not touch a fence that %s', async (_, happen) => {
    const world = await World.withRecovery()
    world.order()
    happen(world)
    const fence = world.host.fences.get(id)
    await world.visit()
    expect(world.state).toMatchObject({ status: 'held' })
    expect(world.host.fences.get(id)).toBe(fence)
    expect(world.audit.map(({ act }) => act)).not.toContain('reset-fence')
    expect(world.rootCredential.burnedAt).toBeNull()
  })

  test('that a worker dies in at any boundary ends settled, and with the recovery credential rotated', async () => {
    let boundaries = 0
    for (let number = 1; number === 1 || number <= boundaries; number += 1) {
      const world = await World.withRecovery()
      world.host.keys.delete(world.firstKey.publicKey)
      // Of the recovery credential itself nothing is asked: what makes its successor due is its use.
      world.order({ accounts: [name.account] })
      let passed = 0
      await world.visit(() => {
        passed += 1
        if (passed === number) throw new Error('killed')
      }).catch(() => {})
      if (number === 1) boundaries = 40
      world.time += 4000 * 1000
      await world.settle()
      await world.settle()
      await world.visit()
      expect([number, world.state.status, world.state.order, world.rootCredential.burnedAt, world.rootCredential.retired]).toEqual([number, 'settled', 1, null, []])
    }
  })
})
