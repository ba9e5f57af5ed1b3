import type { HostGate } from './host-gate.ts'
import type { Matches, Passing, VaultGate } from './vault-gate.ts'
import type { Stop } from './stop.ts'

/** What a worker goes through on its way to Vault and to its host. */
export interface Gates {
  readonly vault: VaultGate
  readonly host: HostGate
}

/** A worker that was stopped at a boundary, or will be. */
export interface Held {
  readonly reached: Promise<void>
  release (): void
}

/** A place beside one outside effect of a step. `halfway`: the host has got a part of what the worker sent. */
export interface Boundary {
  readonly step: string
  readonly when: 'before' | 'halfway' | 'after'
  readonly effect: string
  /** How many keys of the credential stand on the host there, when that tells the two sides apart. */
  readonly keys?: number
  readonly hold: (gates: Gates) => Held
}

const isWrite = ({ method }: Passing): boolean => method === 'POST' || method === 'PUT'
const claims = (kind: string): Matches => (passing) => isWrite(passing) && passing.path.includes(`/data/unique/${kind}/`)
const reports: Matches = (passing) => isWrite(passing) && passing.path.includes('/data/states/')
const dropsAdoption: Matches = ({ method, path }) => method === 'DELETE' && path.includes('/metadata/adoptions/')
const readsBack: Matches = ({ method, path }) => method === 'GET' && path.includes('/data/credentials/')

interface Written {
  readonly candidate: { readonly sentAt: string | null } | null
  readonly retired: ReadonlyArray<{ readonly removedAt: string | null }>
  readonly history: readonly unknown[]
}

/** A write of the credential document that says this. */
const saves = (says: (document: Written) => boolean): Matches => (passing) => {
  if (!isWrite(passing) || !passing.path.includes('/data/credentials/')) return false
  return says((JSON.parse(passing.body) as { data: Written }).data)
}
export const storesCandidate = saves(({ candidate }) => candidate !== null && candidate.sentAt === null)
export const notesSending = saves(({ candidate }) => candidate !== null && candidate.sentAt !== null)
const promotes = saves(({ candidate, retired }) => candidate === null && retired.length > 0 && retired.every(({ removedAt }) => removedAt === null))
const notesRemoval = saves(({ retired }) => retired.some(({ removedAt }) => removedAt !== null))
export const settles = saves(({ candidate, retired, history }) => candidate === null && retired.length === 0 && history.length > 0)
const adopts = saves(({ candidate, retired, history }) => candidate === null && retired.length === 0 && history.length === 0)

function aroundWrite (step: string, effect: string, matches: Matches): Boundary[] {
  return (['before', 'after'] as const).map((when) => ({ step, when, effect, hold: ({ vault }) => vault.stop(when, matches) }))
}

/** Before the host hears of a connection, and in the middle of its handshake. */
function aroundLogin (step: string, nth: number): Boundary[] {
  const effect = 'login'
  return [
    { step, when: 'before', effect, hold: ({ host }) => host.stopConnection(nth) },
    {
      step,
      when: 'halfway',
      effect,
      hold: ({ host }) => inTurn(host.stopConnection(nth), () => {
        // More than the greeting and the client's offer of algorithms, less than a whole login.
        return host.newest.hold('client', 1200)
      })
    }
  ]
}

/** A script has some ten thousand bytes, and all else that a session says is shorter. */
export const partOfScript = 5000

/** Around a script that changes the host. It is sent over the newest connection, right after that write to Vault. */
function aroundScript (step: string, effect: string, writtenBefore: Matches, [before, after]: readonly [number, number]): Boundary[] {
  const hold = (stopConnection: (gates: Gates) => Stop) => (gates: Gates): Held =>
    inTurn(gates.vault.stop('after', writtenBefore), () => stopConnection(gates))
  return [
    { step, effect, when: 'before', keys: before, hold: hold(({ host }) => host.newest.hold('client')) },
    { step, effect, when: 'halfway', keys: before, hold: hold(({ host }) => host.newest.hold('client', partOfScript)) },
    { step, effect, when: 'after', keys: after, hold: hold(({ host }) => host.newest.hold('host', partOfScript)) }
  ]
}

/** Stops at one place only to set up the stop at the next one. */
function inTurn (first: Stop, next: () => Stop): Held {
  let second: Stop | undefined
  const reached = (async () => {
    await first.reached
    if (first.isReleased) return
    second = next()
    first.release()
    await second.reached
  })()
  return {
    reached,
    release () {
      first.release()
      second?.release()
    }
  }
}

/** Every outside effect of an adoption, in order. Nothing on the host changes. */
export const adoptionBoundaries: readonly Boundary[] = [
  ...aroundLogin('adopt', 1),
  ...aroundWrite('adopt', 'claim of the host key', claims('host-key')),
  ...aroundWrite('adopt', 'claim of the user key', claims('user-key')),
  ...aroundWrite('adopt', 'credential written', adopts),
  ...aroundWrite('adopt', 'adoption dropped', dropsAdoption),
  ...aroundWrite('adopt', 'state reported', reports)
]

/** Every outside effect of a rotation, in order. */
export const rotationBoundaries: readonly Boundary[] = [
  ...aroundWrite('store', 'claim of the new key', claims('user-key')),
  ...aroundWrite('store', 'candidate stored', storesCandidate),
  {
    step: 'store',
    when: 'after',
    effect: 'candidate read back',
    hold: ({ vault }) => inTurn(vault.stop('after', storesCandidate), () => vault.stop('after', readsBack))
  },
  ...aroundLogin('push', 1),
  ...aroundWrite('push', 'noted as sent', notesSending),
  ...aroundScript('push', 'key added on the host', notesSending, [1, 2]),
  ...aroundLogin('verify', 2),
  ...aroundWrite('verify', 'promoted', promotes),
  ...aroundScript('remove', 'old key removed on the host', promotes, [2, 1]),
  ...aroundWrite('remove', 'noted as removed', notesRemoval),
  ...aroundLogin('prove', 3),
  ...aroundWrite('prove', 'settled', settles),
  ...aroundWrite('report', 'state reported', reports)
]
