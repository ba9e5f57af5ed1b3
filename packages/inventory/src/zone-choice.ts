import { refusal } from './refusal.ts'

/** Into which zone a host goes that doesn't name one itself: one for all, or by its groups, with one for the rest. */
export type ZoneChoice = string | undefined | {
  readonly byGroup: Readonly<Record<string, string>>
  readonly otherwise: string | undefined
}

/** @throws RekeyError `input/invalid` when there is none, or more than one */
export function chooseZone (choice: ZoneChoice, groups: readonly string[], field: string): string {
  const named = typeof choice === 'object' ? [...new Set(groups.flatMap(group => Object.hasOwn(choice.byGroup, group) ? [choice.byGroup[group] ?? ''] : []))] : []
  const [zone, second] = named
  if (second !== undefined) throw refusal('the groups of this host are given to more than one zone; a host belongs to one', field)
  const chosen = zone ?? (typeof choice === 'object' ? choice.otherwise : choice)
  if (chosen === undefined) throw refusal('no zone is named for this host; say which it belongs to', field)
  return chosen
}
