import type { Decision } from '@rekey/domain'
import type { Said } from '../said.ts'

export function reportObserved (credential: string, { by, at, reason }: Decision): Said {
  return { out: `${credential} is observed, by ${by} since ${at}: ${reason}\nNothing of it is changed until: rekey manage ${credential} --reason "…"\n`, notes: [] }
}

export function reportManaged (credential: string, { zoneObserves }: { zoneObserves: boolean }): Said {
  return {
    out: zoneObserves ? `${credential} is released.\n` : `${credential} is managed.\n`,
    notes: zoneObserves ? ['the policy of its zone observes it still: policies/default, observe'] : []
  }
}
