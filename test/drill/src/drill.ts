import { setTimeout as wait } from 'node:timers/promises'
import { Floor, inParallel } from '@rekey/bench'
import { RekeyError } from '@rekey/domain'
import { Attacker } from './attacker.ts'
import { approveAll, lookAt, proposeRevokeAll, resumeHalted, type CampaignView } from './campaign.ts'
import { blows } from './disaster.ts'
import { Ground, type Post } from './ground.ts'
import { Guard } from './guard.ts'
import { Memory } from './memory.ts'
import type { DrillOptions } from './options.ts'
import type { Debts, DrillResult, Struck } from './result.ts'
import { begin, end } from './trouble.ts'

/** Visits of each of the two workers at once: together as many as the floor has handshakes in flight. */
const visits = 8
/** In seconds. */
const patience = { opened: 120, campaign: 900, debts: 300 } as const
/** Between two looks at what the API says, in milliseconds: each reads every state, which is work that the campaign lacks. */
const lookEvery = 10_000
/** Between two looks for lockouts, in milliseconds. */
const guardPause = 250

export interface Stage extends DrillOptions {
  readonly folder: string
  readonly say: (line: string) => void
  /** Takes what has to be ended, whatever happens; the latest first. */
  readonly onEnd: (end: () => Promise<void>) => void
}

/** The whole game day. @throws RekeyError when it does not come to its end */
export async function drill (stage: Stage): Promise<DrillResult> {
  const { hosts, misbehaving, kill, attempts, patience: stepSeconds, folder, say, onEnd } = stage
  const settings = { REKEY_VISITS: String(visits), REKEY_STEP_SECONDS: String(stepSeconds), REKEY_BACKOFF_SECONDS: '1', REKEY_BACKOFF_MOST_SECONDS: '10' }
  const ground = await Ground.start({ folder, hosts, misbehaving, settings, say })
  onEnd(async () => { await ground.stop() })
  const { posts, stack, api } = ground
  const healthy = posts.filter(({ trouble }) => trouble === undefined)
  const [all, names] = [posts, healthy].map((some) => some.map(({ host }) => host.name)) as [string[], string[]]
  say(`a whole Rekey has adopted ${posts.length} keys, and an attacker holds all of them`)

  const attacker = new Attacker({ doors: posts.map(({ stolen }) => stolen), perSecond: attempts })
  onEnd(async () => { await attacker.stop() })
  const { board } = attacker
  await attacker.sees('each host has let him in', () => board.isAllOpened(), patience.opened)
  say(`he logs in on ${board.tally().open} of ${posts.length} hosts`)
  // Where the campaign is to be disturbed, there is nothing to compare.
  const floorSeconds = kill ? null : await measureFloor(healthy, onEnd)
  if (floorSeconds !== null) say(`the floor, three bare handshakes with each of ${healthy.length} hosts beside him: ${floorSeconds.toFixed(1)} s`)

  const guard = await Guard.of(stack)
  const memory = new Memory(stack)
  const troubled = posts.filter(({ trouble }) => trouble !== undefined)
  await Promise.all(troubled.map(async ({ trouble, host, gate }) => { if (trouble !== undefined) await begin(trouble, host, gate) }))
  if (troubled.length > 0) say(`${troubled.length} hosts misbehave: ${troubled.map(({ host, trouble }) => `${host.name} ${trouble ?? ''}`).join(', ')}`)

  const proposed = await proposeRevokeAll(api, 'drill: all keys are stolen')
  const approved = await approveAll(stack, proposed.zones)
  say(`revoke-all, approved by ${approved.people.join(', ')}`)
  const since = (at: number): number => Math.max(0, (at - approved.at) / 1000)

  const watching = new AbortController()
  const watched = guard.watch(posts, guardPause, watching.signal)
  const struck: Struck[] = []
  const striking = kill ? strikeAll() : Promise.resolve()
  // A failure in it ends the drill; until somebody waits for it, it is no unhandled one.
  striking.catch(() => {})
  let resumed = 0
  let lookedAt = 0
  await until('every host that behaves refuses the stolen keys', patience.campaign, async (now) => {
    const { open, refused, silent } = board.tally()
    const isTime = performance.now() - lookedAt > lookEvery
    if (isTime) lookedAt = performance.now()
    const view = isTime ? await lookAt(api, proposed.id) : undefined
    say(`${now.toFixed(0).padStart(4)} s  the attacker opens ${open}, ${silent} give him no answer, ${refused} refuse${isTime ? `; still usable by the API's word: ${view?.stillUsable ?? 'no answer'}` : ''}`)
    if (view !== undefined) resumed += await resume(view)
    return board.tally(names).refused === names.length
  })
  await striking
  const refused = board.refusals(approved.at, names)
  const atEnd = await until('the API tells of the hosts that behave', 60, async () => {
    const states = await ground.states().catch(() => [])
    return names.every((name) => states.some(({ host, status, debts }) => host === name && status === 'settled' && debts.length === 0)) ? states : undefined
  })
  const debts: Debts = {}
  for (const { lastFailure } of atEnd.filter(({ host }) => !names.includes(host) && !board.isRefused(host))) {
    const of = lastFailure?.class ?? 'not tried yet'
    debts[of] = (debts[of] ?? 0) + 1
  }
  say(`every host that behaves refuses, after ${(refused.all ?? 0).toFixed(1)} s; debts: ${JSON.stringify(debts)}`)

  await Promise.all(troubled.map(async ({ trouble, host, gate }) => { if (trouble !== undefined) await end(trouble, host, gate) }))
  const back = Date.now()
  if (troubled.length > 0) say(`${troubled.length} hosts behave again`)
  const finished = await until('the campaign is done', patience.debts, async () => {
    const view = await lookAt(api, proposed.id)
    if (view !== undefined) resumed += await resume(view)
    return view?.done === true ? view : undefined
  })
  await attacker.sees('every host refuses', () => board.tally().refused === all.length, 60)
  watching.abort()
  await watched
  say('done; now each host is tried once more, with what stands in Vault')
  let opens = 0
  await inParallel(posts, 8, async (post) => { if (await guard.look(post) === 'open') opens += 1 })
  await attacker.stop()
  await memory.look()
  const states = await ground.states()

  return {
    hosts: posts.length,
    misbehaving: troubled.length,
    seconds: { first: refused.first, half: refused.half, all: refused.all },
    secondsByApi: { first: finished.refused.firstSeconds, half: finished.refused.halfSeconds, all: finished.refused.allSeconds },
    debtsSettledAfter: troubled.length === 0 ? null : Math.max(0, ...all.filter((name) => !names.includes(name)).map((name) => board.refusals(back, [name]).all ?? 0)),
    floorSeconds,
    ofFloor: refused.all === null || floorSeconds === null ? null : floorSeconds / refused.all,
    memoryMiB: memory.mebibytes,
    attempts: attacker.attempts,
    stillOpen: board.tally().open,
    reopened: board.reopened,
    lockedOut: [...guard.lockedOut],
    looks: guard.looks,
    opens,
    held: states.filter(({ hold }) => hold !== null).map(({ host, hold }) => `${host}: ${hold?.class ?? ''}`),
    debts,
    resumed,
    struck
  }

  async function resume (view: CampaignView): Promise<number> {
    const zones = await resumeHalted(api, stack, view)
    if (zones.length > 0) say(`the breaker has stopped ${zones.join(' and ')}: two people let it go on`)
    return zones.length
  }

  async function strikeAll (): Promise<void> {
    for (const { at, disasters } of blows) {
      while (board.tally(names).refused * 100 < at * names.length) await wait(50)
      await memory.look()
      await Promise.all(disasters.map(async ({ what, strike }) => {
        const { refused } = board.tally(names)
        say(`${since(Date.now()).toFixed(0).padStart(4)} s  ${what}`)
        struck.push({ what, refused, of: names.length })
        await strike(stack)
      }))
    }
  }

  async function until<T> (what: string, seconds: number, look: (now: number) => Promise<T | undefined | false>): Promise<T> {
    for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
      const found = await look(since(Date.now()))
      if (found !== undefined && found !== false) return found
      await wait(1000)
    }
    throw new RekeyError('stack/failed', `waited ${seconds} s in vain: ${what}`)
  }
}

/** Three handshakes with each host, as many in flight as the workers have visits; warm. */
async function measureFloor (posts: readonly Post[], onEnd: Stage['onEnd']): Promise<number> {
  const floor = new Floor(posts.map(({ floor }) => floor), 2 * visits)
  onEnd(async () => { await floor.stop() })
  await floor.round()
  const seconds = await floor.round()
  await floor.stop()
  return seconds
}
