import type { Decision } from '@rekey/domain'
import { asJson, type Said } from '../said.ts'

export function reportObserved (credential: string, decision: Decision, json = false): Said {
  if (json) return { out: asJson({ credential, observedBy: decision }), notes: [] }
  const { by, at, reason } = decision
  return { out: `${credential} is observed, by ${by} since ${at}: ${reason}\nNothing of it is changed until: rekey manage ${credential} --reason "…"\n`, notes: [] }
}

export function reportManaged (credential: string, { zoneObserves }: { zoneObserves: boolean }, json = false): Said {
  if (json) return { out: asJson({ credential, zoneObserves }), notes: [] }
  return {
    out: zoneObserves ? `${credential} is released.\n` : `${credential} is managed.\n`,
    notes: zoneObserves ? ['the policy of its zone observes it still: policies/default, observe'] : []
  }
}
