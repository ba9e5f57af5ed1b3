import type { Credential } from './credential.ts'

/** What is known of a credential when it is taken over. */
export type TakenOver = Pick<Credential, 'name' | 'kind' | 'target' | 'through' | 'hostSharedWith' | 'current' | 'observe'>

/** A credential whose secret has just been taken over: nothing has happened to it yet. */
export function newCredential ({ name, kind, target, through, hostSharedWith, current, observe }: TakenOver): Credential {
  return {
    name,
    kind,
    target,
    through,
    hostSharedWith,
    current,
    candidate: null,
    retired: [],
    history: [],
    epoch: current.epoch,
    refusals: 0,
    hold: null,
    lastClearedHold: null,
    failures: 0,
    nextAttemptAt: null,
    lastFailure: null,
    burnedAt: null,
    fenceTampered: null,
    drift: null,
    observe,
    observedBy: null,
    leaving: null,
    sessions: null,
    lock: null
  }
}
