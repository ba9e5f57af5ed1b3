import type { ProposedOfHost } from './approval.ts'
import { endsInTime, hasExpired } from './approval.ts'
import { leastSurveySeconds } from './survey.ts'
import type { Survey } from './survey.ts'

/** A proposal that a key which nobody manages is taken out of an account's files of keys. */
export interface Removal extends ProposedOfHost {
  readonly kind: 'removal'
  readonly host: string
  readonly account: string
  /** `type base64`, as it was found: a line is known by its key, whatever its options and its comment say. */
  readonly publicKey: string
}

/**
 * Whether it may still be carried out.
 * @param survey the host's last one, which keeps how removals ended. After one that failed the host is left alone for a while.
 */
export function isRemovalOpen (removal: Removal, survey: Pick<Survey, 'triedAt' | 'failure' | 'removals'> | undefined, now: Date): boolean {
  const isOff = survey?.failure != null && now.getTime() - Date.parse(survey.triedAt) < leastSurveySeconds * 1000
  return !isOff && outcomeOf(removal, survey) === undefined && endsInTime(removal) && !hasExpired(removal, now)
}

/** How it ended; nothing while it has not. */
export function outcomeOf ({ number }: Pick<Removal, 'number'>, survey: Pick<Survey, 'removals'> | undefined): Survey['removals'][number] | undefined {
  return survey?.removals.find(({ proposal }) => proposal === number)
}

/** A host's survey keeps this many ends of removals. */
const mostOutcomes = 200

/** The host's survey with how a removal ended. */
export function withOutcome (survey: Survey | undefined, { zone, host, number }: Pick<Removal, 'zone' | 'host' | 'number'>, { at, refused }: { readonly at: string, readonly refused: string | null }): Survey {
  const known = survey ?? { zone, host, triedAt: at, failure: null, at: null, result: null, removals: [] }
  return { ...known, removals: [...known.removals, { proposal: number, at, refused }].slice(-mostOutcomes) }
}
