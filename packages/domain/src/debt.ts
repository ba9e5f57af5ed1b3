import { FailureClass } from './failure.ts'

/**
 * Why a secret that should be dead is not proven dead yet:
 * - `grace`      its successor is proven, and it stays open until its time has come
 * - `waiting`    nothing stands in the way: the worker comes to it
 * - `observed`   nothing of the credential is changed until it is released
 * - `held`       only a person lets it go on
 * - `no-recovery`  a lockdown has replaced it and could not lock it, as its host has no recovery credential: it opens
 *
 * and else how the last attempt failed.
 */
export const DebtClass = { grace: 'grace', waiting: 'waiting', observed: 'observed', held: 'held', noRecovery: 'no-recovery', ...FailureClass } as const
export type DebtClass = typeof DebtClass[keyof typeof DebtClass]

/** A secret that should be dead and is not proven dead. It ends with a proof, or with the word of people. */
export interface Debt {
  readonly fingerprint: string
  /** When it was replaced; of a current secret, when the order came that wants it replaced, or the last lease on it ended. ISO 8601, for people. */
  readonly since: string
  /** Grace: it stays open until then. */
  readonly notBefore: string
  readonly class: DebtClass
}
