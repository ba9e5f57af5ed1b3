import type { Credential, CredentialState, HeartbeatOutcome, Verification } from '@rekey/domain'
import { driftFrom, nextHeartbeat } from '@rekey/domain'
import { policyFor } from './aging.ts'
import type { Facts, Outline } from './facts.ts'
import { mayAct } from './facts.ts'
import { forgottenAfterSeconds } from './locked-out.ts'
import { dueStep } from './rotate.ts'
import type { Backoff, Setback } from './setback.ts'
import { setbackOf, withSetback } from './setback.ts'
import { stateOf } from './state.ts'
import type { Turn } from './turn.ts'

/*
 * A heartbeat shows the current secret to its host, once, and changes nothing there. What came of it is in the state, and in the credential's document only
 * where the secret was refused: each write of a document costs the oldest of its versions, and most of what heartbeats have to tell is that all is well.
 */

/** What is known of the current secret: the document tells of proofs and refusals, and the state of heartbeats, where it is of the same secret. */
export function verificationOf ({ current, history, drift }: Pick<Credential, 'current' | 'history' | 'drift'>, seen: Pick<CredentialState, 'fingerprint' | 'verifiedAt' | 'heartbeat'> | undefined): Verification {
  const known = seen?.fingerprint === current.fingerprint ? seen : undefined
  const proven = history.flatMap(({ proof }) => proof.newAccepted === current.fingerprint ? [proof.at] : [])
  const verifiedAt = [...proven, ...known?.verifiedAt == null ? [] : [known.verifiedAt]].reduce((last, at) => at > last ? at : last, current.madeAt)
  const heartbeat = known?.heartbeat ?? null
  // A crash, or a full scan that had read the state before, leaves a heartbeat begun of which the document knows more.
  const isRefused = heartbeat?.outcome === 'begun' && drift?.endedAt === null && drift.since >= heartbeat.at
  return { verifiedAt, heartbeat: isRefused ? { ...heartbeat, outcome: 'refused' } : heartbeat }
}

/**
 * Since when a heartbeat is due: by the policy, and only where nothing else is. After a refusal there is none until a successor is proven, so that
 * heartbeats never close an account to the one who has changed its secret by hand.
 * @returns nothing where none is due
 */
export function beatDueSince (credential: Outline, verification: Verification | undefined, facts: Facts): Date | undefined {
  const policy = policyFor(credential, facts)?.heartbeat
  if (policy === undefined || verification === undefined || credential.leaving !== null || credential.candidate !== null || credential.drift?.endedAt === null) return undefined
  const at = nextHeartbeat(credential.name, verification, policy.everySeconds)
  return at <= facts.now && mayAct(credential, facts) && dueStep(credential, facts) === undefined ? at : undefined
}

/** @throws RekeyError what is not the host's doing: Vault, audit, a lost lease */
export async function beat (turn: Turn, known: Verification, backoff: Backoff): Promise<Verification> {
  const { current } = turn.credential
  const at = turn.time()
  await turn.announce('heartbeat', { epoch: current.epoch, fingerprint: current.fingerprint })
  // Whatever becomes of this worker, that was the try of this interval.
  await report(turn, { ...known, heartbeat: { at, outcome: 'begun' } })
  turn.assertMayWrite()
  const ended = turn.ports.meter?.step({ step: 'heartbeat', credential: turn.name })
  const { outcome, setback } = await show(turn, backoff)
  ended?.(setback)
  if (outcome === 'refused') {
    turn.ports.log.warn({ event: 'drift', credential: turn.name, epoch: current.epoch }, 'the host, the same by its key, does not take the current secret any more')
    await turn.tellOutcome('heartbeat', 'stopped', 'refused by the host')
  }
  const isSame = turn.credential.current.fingerprint === current.fingerprint
  const verification: Verification = isSame
    ? { verifiedAt: outcome === 'opened' ? turn.time() : known.verifiedAt, heartbeat: { at, outcome } }
    : verificationOf(turn.credential, undefined)
  await report(turn, verification)
  return verification
}

async function report (turn: Turn, verification: Verification): Promise<void> {
  await turn.ports.journal.report(stateOf(turn.credential, turn.facts, verification))
}

interface Shown {
  readonly outcome: HeartbeatOutcome
  /** Absent where it opened. */
  readonly setback?: Pick<Setback, 'class' | 'code'>
}

const unclear: Shown = { outcome: 'unclear', setback: { class: 'outcome-unknown', code: 'host/no-verdict' } }

async function show (turn: Turn, backoff: Backoff): Promise<Shown> {
  try {
    const { verdicts: [verdict] } = await turn.contact([turn.credential.current])
    if (verdict === 'refused') return await refused(turn)
    return verdict === 'accepted' ? { outcome: 'opened' } : unclear
  } catch (error) {
    const setback = setbackOf(error, false)
    if (setback === undefined) throw error
    if (setback.hold !== undefined) await turn.saveUnlessBeaten(withSetback(turn.credential, setback, 'heartbeat', turn.ports.now(), backoff))
    return { outcome: setback.class === 'unreachable' ? 'unreachable' : 'unclear', setback }
  }
}

/** Drift, unless another worker has replaced the secret while we were on our way with it. A host counts wrong passwords, so the way back waits until it has forgotten this one. */
async function refused (turn: Turn): Promise<Shown> {
  const shown = turn.credential.current
  const found = await turn.readBack()
  if (found.current.fingerprint !== shown.fingerprint || found.candidate !== null) return unclear
  const forgotten = new Date(turn.ports.now().getTime() + forgottenAfterSeconds * 1000).toISOString()
  await turn.saveUnlessBeaten({ ...found, drift: driftFrom(found.drift, turn.time()), ...found.kind === 'password' && { nextAttemptAt: forgotten } })
  return turn.credential.drift?.endedAt === null ? { outcome: 'refused', setback: { class: 'refused', code: 'host/refused' } } : unclear
}
