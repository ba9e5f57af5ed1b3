import { describe, expect, test } from '@jest/globals'
import { defaultPolicy } from '@rekey/domain'
import type { NamedPolicy } from '@rekey/domain'
import { visitHost } from '@rekey/rotation'
import { World } from './world.ts'

const rsa: NamedPolicy = { name: 'appliances', priority: 1, selector: { labels: { role: 'appliance' } }, keyAlgorithm: 'rsa-4096', revision: 7, changedBy: 'admin', changedAt: '2026-01-02T03:04:05.000Z' }

const typeOf = (key: object): string => (key as { publicKey: string }).publicKey.split(' ')[0] ?? ''

describe('the policy that wins', () => {
  test('says of which algorithm a new key is, by the labels that the host has when it is made', async () => {
    const world = await World.adopted()
    world.zone.policies.push(rsa)
    world.order()
    expect(typeOf((await world.settle()).current)).toBe('ssh-ed25519')
    world.zone.labels.set('web-1', { role: 'appliance' })
    expect(typeOf((await world.settle()).current)).toBe('ssh-ed25519')
    world.order()
    expect(typeOf((await world.settle()).current)).toBe('ssh-rsa')
    expect(world.audit.filter(({ act }) => act === 'store').map(({ detail }) => detail)).toEqual([undefined, 'by the policy appliances, revision 7'])
    world.zone.policies.length = 0
    world.order()
    expect(typeOf((await world.settle()).current)).toBe('ssh-ed25519')
  })

  test('goes by the labels in the record while nobody has changed them', async () => {
    const world = await World.adopted()
    world.zone.policies.push({ ...rsa, selector: { labels: { tier: 'web' } } })
    world.order()
    expect(typeOf((await world.settle()).current)).toBe('ssh-rsa')
  })

  test('is asked for once for each new secret, and labels only where one selects by them', async () => {
    const world = await World.adopted()
    const reads: string[] = []
    const count = async () => {
      world.order()
      reads.length = 0
      await world.visit((boundary) => { if (boundary === 'before namedPolicies' || boundary === 'before labels') reads.push(boundary.slice(7)) })
      return [...reads]
    }
    expect(await count()).toEqual(['namedPolicies'])
    world.zone.policies.push({ ...rsa, selector: { hosts: ['web-1'] } })
    expect(await count()).toEqual(['namedPolicies'])
    world.zone.policies.push(rsa)
    expect(await count()).toEqual(['namedPolicies', 'labels'])
  })

  test('does not keep a burned secret alive: what a host refuses is followed by one of the zone\'s own rules', async () => {
    const world = await World.adopted()
    const burned = world.firstKey
    world.zone.policies.push({ ...rsa, selector: {} })
    world.host.refusedTypes.add('ssh-rsa')
    world.order()
    const settled = await world.settle()
    expect(settled.hold).toBeNull()
    expect(typeOf(settled.current)).toBe('ssh-ed25519')
    expect(settled.history.map((key) => [typeOf(key), key.wasRefused]).sort()).toEqual([['ssh-ed25519', false], ['ssh-rsa', true]])
    expect(world.host.opens(burned)).toBe(false)
    expect(world.broken()).toEqual([])
  })

  test('says what a new password is like, and leaves to the zone what it does not say', async () => {
    const world = await World.adopted('password')
    const asked: unknown[] = []
    world.zone.policies.push({ ...rsa, selector: { kinds: ['password'] }, passwordLength: 40 })
    world.order()
    const ports = world.ports()
    const secrets = { ...ports.secrets, password: (rules: object) => { asked.push(rules); return ports.secrets.password(defaultPolicy) } }
    await visitHost('web-1', { ports: { ...ports, secrets }, lease: { assertHeld () {} }, backoff: { firstSeconds: 5, mostSeconds: 60 } })
    expect(asked[0]).toMatchObject({ passwordLength: 40, passwordSymbols: defaultPolicy.passwordSymbols })
  })
})
