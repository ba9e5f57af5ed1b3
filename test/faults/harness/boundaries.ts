import type { CredentialKind } from '@rekey/domain'
import type { HostGate } from './host-gate.ts'
import type { PamGate, PamPlace } from './pam-gate.ts'
import type { Stop } from './stop.ts'
import type { Matches, Passing, VaultGate } from './vault-gate.ts'

/** What a worker goes through on its way to Vault and to its host, and what its host goes through itself. */
export interface Gates {
  readonly vault: VaultGate
  readonly host: HostGate
  /** On hosts with passwords. */
  readonly pam?: PamGate
}

/** A worker that was stopped at a boundary, or will be. */
export interface Held {
  readonly reached: Promise<void>
  release (): void
}

/** A place beside one outside effect of a step. `halfway`: the host has got a part of what the worker sent, or is at work. */
export interface Boundary {
  readonly step: string
  readonly when: 'before' | 'halfway' | 'after'
  readonly effect: string
  /** Which secrets of the credential stand on the host there, when that tells the two sides apart. */
  readonly onHost?: ReadonlyArray<'old' | 'new'>
  /** The host's lock is held there, so that nobody overtakes. */
  readonly isLocked?: true
  readonly hold: (gates: Gates) => Held
}

const isWrite = ({ method }: Passing): boolean => method === 'POST' || method === 'PUT'
const claims = (kind: string): Matches => (passing) => isWrite(passing) && passing.path.includes(`/data/unique/${kind}/`)
/** The report at the end. A full scan reports, too, and may do so in the middle of a rotation. */
const reports: Matches = (passing) => isWrite(passing) && passing.path.includes('/data/states/') && (JSON.parse(passing.body) as { data: { status: string } }).data.status === 'settled'
const dropsAdoption: Matches = ({ method, path }) => method === 'DELETE' && path.includes('/metadata/adoptions/')
const readsBack: Matches = ({ method, path }) => method === 'GET' && path.includes('/data/credentials/')
const asksFingerprint: Matches = ({ path }) => path.includes('transit/hmac/')

interface Written {
  readonly burnedAt: string | null
  readonly lock: { readonly lockedAt: string | null, readonly proof: object | null } | null
  readonly sessions: { readonly at: string | null } | null
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
const promotesKey = saves(({ candidate, retired }) => candidate === null && retired.length > 0 && retired.every(({ removedAt }) => removedAt === null))
/** A password's promotion says that its predecessor is gone, too. */
const notesRemoval = saves(({ retired }) => retired.some(({ removedAt }) => removedAt !== null))
export const settles = saves(({ candidate, retired, history }) => candidate === null && retired.length === 0 && history.length > 0)
const adopts = saves(({ candidate, retired, history }) => candidate === null && retired.length === 0 && history.length === 0)

function aroundWrite (step: string, effect: string, matches: Matches): Boundary[] {
  return (['before', 'after'] as const).map((when) => ({ step, when, effect, hold: ({ vault }) => vault.stop(when, matches) }))
}

/** Before the host hears of a connection, and in the middle of its handshake. @param part bytes: more than the greeting and the client's offer of algorithms, less than a whole login */
function aroundLogin (step: string, nth: number, part = 1200): Boundary[] {
  const effect = 'login'
  return [
    { step, when: 'before', effect, hold: ({ host }) => host.stopConnection(nth) },
    {
      step,
      when: 'halfway',
      effect,
      hold: ({ host }) => inTurn(host.stopConnection(nth), () => {
        return host.newest.hold('client', part)
      })
    }
  ]
}

/** A script has some eight thousand bytes and more, and all else that a session says is shorter. */
export const partOfScript = 5000

type Sides = readonly [before: NonNullable<Boundary['onHost']>, after: NonNullable<Boundary['onHost']>]

/** Around a script that changes the host. It is sent over the newest connection, right after that write to Vault. */
function aroundScript (step: string, effect: string, writtenBefore: Matches, [before, after]: Sides): Boundary[] {
  const hold = (stopConnection: (gates: Gates) => Stop) => (gates: Gates): Held =>
    inTurn(gates.vault.stop('after', writtenBefore), () => stopConnection(gates))
  return [
    { step, effect, when: 'before', onHost: before, hold: hold(({ host }) => host.newest.hold('client')) },
    { step, effect, when: 'halfway', onHost: before, hold: hold(({ host }) => host.newest.hold('client', partOfScript)) },
    { step, effect, when: 'after', onHost: after, hold: hold(({ host }) => host.newest.hold('host', partOfScript)) }
  ]
}

/** While the host's PAM is at work on the nth password after that write to Vault, or from now on. */
function inPam (step: string, effect: string, place: PamPlace, nth = 1, writtenBefore?: Matches): Boundary {
  const stop = ({ pam }: Gates): Stop => {
    if (pam === undefined) throw new Error('this host has no passwords')
    return pam.stop(place, nth)
  }
  const hold = (gates: Gates): Held => writtenBefore === undefined ? stop(gates) : inTurn(gates.vault.stop('after', writtenBefore), () => stop(gates))
  return { step, effect, when: 'halfway', hold, ...place === 'changed' ? { isLocked: true } : {} }
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
export const adoptionBoundaries: Readonly<Record<CredentialKind, readonly Boundary[]>> = {
  'ssh-key': [
    ...aroundLogin('adopt', 1),
    ...aroundWrite('adopt', 'claim of the host key', claims('host-key')),
    ...aroundWrite('adopt', 'claim of the user key', claims('user-key')),
    ...aroundWrite('adopt', 'credential written', adopts),
    ...aroundWrite('adopt', 'adoption dropped', dropsAdoption),
    ...aroundWrite('adopt', 'state reported', reports)
  ],
  password: [
    ...aroundWrite('adopt', 'fingerprint made', asksFingerprint),
    ...aroundLogin('adopt', 1),
    inPam('adopt', 'random password shown', 'shown', 2),
    ...aroundWrite('adopt', 'claim of the host key', claims('host-key')),
    ...aroundWrite('adopt', 'claim of the password', claims('password')),
    ...aroundWrite('adopt', 'credential written', adopts),
    ...aroundWrite('adopt', 'adoption dropped', dropsAdoption),
    ...aroundWrite('adopt', 'state reported', reports)
  ]
}

function afterReadingBack (step: string): Boundary {
  return {
    step,
    when: 'after',
    effect: 'candidate read back',
    hold: ({ vault }) => inTurn(vault.stop('after', storesCandidate), () => vault.stop('after', readsBack))
  }
}

/** Every outside effect of a rotation, in order. */
export const rotationBoundaries: Readonly<Record<CredentialKind, readonly Boundary[]>> = {
  'ssh-key': [
    ...aroundWrite('store', 'claim of the new key', claims('user-key')),
    ...aroundWrite('store', 'candidate stored', storesCandidate),
    afterReadingBack('store'),
    ...aroundLogin('push', 1),
    ...aroundWrite('push', 'noted as sent', notesSending),
    ...aroundScript('push', 'key added on the host', notesSending, [['old'], ['old', 'new']]),
    ...aroundLogin('verify', 2),
    ...aroundWrite('verify', 'promoted', promotesKey),
    ...aroundScript('remove', 'old key removed on the host', promotesKey, [['old', 'new'], ['new']]),
    ...aroundWrite('remove', 'noted as removed', notesRemoval),
    ...aroundLogin('prove', 3),
    ...aroundWrite('prove', 'settled', settles),
    ...aroundWrite('report', 'state reported', reports)
  ],
  password: [
    ...aroundWrite('store', 'fingerprint made', asksFingerprint),
    ...aroundWrite('store', 'claim of the new password', claims('password')),
    ...aroundWrite('store', 'candidate stored', storesCandidate),
    afterReadingBack('store'),
    ...aroundLogin('push', 1),
    ...aroundWrite('push', 'noted as sent', notesSending),
    ...aroundScript('push', 'password changed on the host', notesSending, [['old'], ['new']]),
    inPam('push', 'passwd at work', 'changed'),
    ...aroundLogin('verify', 2),
    ...aroundWrite('verify', 'promoted', notesRemoval),
    ...aroundLogin('prove', 3),
    inPam('prove', 'wrong passwords shown', 'shown', 2, notesRemoval),
    ...aroundWrite('prove', 'settled', settles),
    ...aroundWrite('report', 'state reported', reports)
  ]
}

const beginsLock = saves(({ lock }) => lock?.lockedAt === null)
/** In the document of the recovery credential: that it was used. */
const burnsRecovery = saves(({ lock, burnedAt }) => lock === null && burnedAt !== null)
const notesLock = saves(({ lock, sessions }) => lock !== null && lock.lockedAt !== null && lock.proof === null && sessions?.at === null)
const notesSessions = saves(({ lock, sessions }) => lock !== null && lock.proof === null && sessions !== null && sessions.at !== null)
const provesLock = saves(({ lock }) => lock !== null && lock.proof !== null)
const reportsLock: Matches = (passing) => isWrite(passing) && passing.path.includes('/data/states/') && (JSON.parse(passing.body) as { data: { hold: { class: string } | null } }).data.hold?.class === 'locked-down'

/** Every outside effect of a lockdown on one credential, in order. On the host the old secret stands, or nothing that opens does. */
export const lockdownBoundaries: Readonly<Record<CredentialKind, readonly Boundary[]>> = {
  'ssh-key': locking('key made a comment on the host'),
  password: locking('password locked on the host')
}

function locking (effect: string): Boundary[] {
  return [
    ...aroundLogin('lock', 1),
    ...aroundWrite('lock', 'begin noted', beginsLock),
    ...aroundWrite('lock', 'use of the recovery credential noted', burnsRecovery),
    ...aroundScript('lock', effect, burnsRecovery, [['old'], []]),
    ...aroundWrite('lock', 'noted as locked', notesLock),
    ...aroundWrite('end-sessions', 'noted who was in', notesSessions),
    // Nobody is let in here, so less is said: 1158 bytes where two passwords are refused.
    ...aroundLogin('prove-locked', 2, 1000),
    ...aroundWrite('prove-locked', 'lock proven', provesLock),
    ...aroundWrite('report', 'state reported', reportsLock)
  ]
}
