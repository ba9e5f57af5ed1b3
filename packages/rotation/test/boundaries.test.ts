import { credentialKinds, isRekeyError } from '@rekey/domain'
import type { CredentialKind } from '@rekey/domain'
import { World } from './world.ts'
import type { Boundary } from './world.ts'

class Killed extends Error {}

/** The boundaries that an undisturbed rotation passes, in order. */
async function boundariesOfARotation (kind: CredentialKind): Promise<Boundary[]> {
  const world = await World.adopted(kind)
  world.order()
  const passed: Boundary[] = []
  await world.visit((boundary) => { passed.push(boundary) })
  expect(world.state.status).toBe('settled')
  return passed
}

/** Counts boundaries and acts at the one with that number. */
function atNumber (number: number, act: () => Promise<void> | void): () => Promise<void> {
  let passed = 0
  return async () => {
    passed += 1
    if (passed === number) await act()
  }
}

async function diesAt (world: World, number: number, watch: () => void): Promise<void> {
  const die = atNumber(number, () => { throw new Killed() })
  await world.visit(async () => {
    watch()
    await die()
  }).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error
  })
}

describe.each(credentialKinds)('a %s', (kind) => {
  test('a rotation makes three connections and passes each kind of boundary', async () => {
    const world = await World.adopted(kind)
    world.order()
    const before = world.host.connections
    await world.visit()
    expect(world.host.connections - before).toBe(3)
    const passed = await boundariesOfARotation(kind)
    const changes = { 'ssh-key': ['addKey', 'removeKeys'], password: ['fingerprintOf', 'setPassword'] }[kind]
    for (const call of ['claim', 'save', 'credential', 'contact', 'answersNonce', 'report', ...changes]) {
      expect(passed).toContain(`before ${call}`)
      expect(passed).toContain(`after ${call}`)
    }
  })

  test('a worker that dies at any boundary leaves a way in, and the next one settles the rotation', async () => {
    const passed = await boundariesOfARotation(kind)
    for (const number of passed.keys()) {
      const world = await World.adopted(kind)
      const order = world.order()
      const broken: string[] = []
      await diesAt(world, number + 1, () => { broken.push(...world.broken()) })
      broken.push(...world.broken())
      const credential = await world.settle()
      broken.push(...world.broken())
      expect([passed[number], ...broken]).toEqual([passed[number]])
      expect(credential.current.order).toBe(order)
      expect(credential.retired).toEqual([])
      expect(world.isOpenedOnlyBy(credential.current)).toBe(true)
    }
  })

  test('two workers that die one after the other, each at any boundary, leave the rotation to a third', async () => {
    const count = (await boundariesOfARotation(kind)).length
    for (let first = 1; first <= count; first += 1) {
      for (let second = 1; second <= count; second += 1) {
        const world = await World.adopted(kind)
        world.order()
        const broken: string[] = []
        const watch = (): void => { broken.push(...world.broken()) }
        await diesAt(world, first, watch)
        await diesAt(world, second, watch)
        await world.settle()
        watch()
        expect({ first, second, broken }).toEqual({ first, second, broken: [] })
        expect(world.isOpenedOnlyBy(world.credential.current)).toBe(true)
      }
    }
  })

  const laterRotation = async (world: World): Promise<void> => {
    await world.settle()
    world.order()
    await world.settle()
  }

  /** A worker stops at a boundary; a later rotation happens; then the worker wakes and goes on. */
  async function wakesStaleAt (number: number, isFenced = true): Promise<string[]> {
    const world = await World.adopted(kind)
    world.host.isFenced = isFenced
    // A wall of its own; here the fence has to do alone.
    world.host.asksForPredecessor = false
    world.order()
    const broken: string[] = []
    const watch = (): void => { broken.push(...world.broken()) }
    const sleep = atNumber(number, () => laterRotation(world))
    await world.visit(async () => {
      watch()
      await sleep()
    }).catch((error: unknown) => {
      if (!isRekeyError(error)) throw error
    })
    watch()
    world.time += 7200 * 1000
    const { current } = await world.settle()
    watch()
    if (!world.isOpenedOnlyBy(current)) broken.push('settled, but not with exactly one key')
    return broken
  }

  test('a worker that wakes at any boundary after a later rotation changes nothing for the worse', async () => {
    const passed = await boundariesOfARotation(kind)
    for (const number of passed.keys()) {
      expect([passed[number], ...await wakesStaleAt(number + 1)]).toEqual([passed[number]])
    }
  })

  test('without the fence a stale worker brings a dead one back to life', async () => {
    const passed = await boundariesOfARotation(kind)
    const broken: string[] = []
    for (const number of passed.keys()) broken.push(...await wakesStaleAt(number + 1, false))
    expect(broken).toContainEqual(expect.stringContaining('is called dead and opens'))
  })

  test('a step that is done twice does no more than one that is done once', async () => {
    const passed = await boundariesOfARotation(kind)
    for (const number of passed.keys()) {
      const world = await World.adopted(kind)
      world.order()
      // A colleague does everything that is due in the middle of ours, so that ours repeats what is done already.
      const broken: string[] = []
      const interrupt = atNumber(number + 1, async () => { await world.settle() })
      await world.visit(async () => {
        broken.push(...world.broken())
        await interrupt()
      })
      await world.settle()
      expect([passed[number], ...broken, ...world.broken()]).toEqual([passed[number]])
      expect(world.credential.history).toHaveLength(1)
      expect(world.isOpenedOnlyBy(world.credential.current)).toBe(true)
    }
  })
})
