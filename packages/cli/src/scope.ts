import type { NewOrder } from '@rekey/client'
import { checkName } from '@rekey/domain'
import { labelFrom } from './label-from.ts'
import { UsageError } from './usage-error.ts'

export interface ScopeFlags {
  readonly label?: readonly string[]
  readonly all?: boolean
}

/**
 * Scopes are `zone`, `zone/host`, `zone/host/account` or a credential's name; a request has one of each kind, so several must be alike.
 * @param besides whether something else says what is meant, which a scope only narrows
 * @throws UsageError
 */
export function scopeFrom (scopes: readonly string[], { label = [], all = false }: ScopeFlags, besides: { readonly narrows: boolean, readonly how: string } = { narrows: false, how: '' }): NewOrder['scope'] {
  const isNamed = scopes.length + label.length > 0
  if (all ? isNamed : !isNamed && !besides.narrows) throw new UsageError(`name what is meant: zone, zone/host, zone/host/account or zone/host/account/name, or --label KEY=VALUE${besides.how}; or say --all`)
  if (all) return { all }
  const parts = scopes.map(partsOf)
  const lists = kinds.map((_, index) => [...new Set(parts.flatMap(one => one[index] ?? []))])
  if (new Set(parts.map(one => one.length)).size > 1 || product(lists) !== scopes.length) {
    throw new UsageError('these scopes make no request of their own: it would cover more than you named. Ask for them one by one')
  }
  const [zones = [], hosts = [], accounts = [], names = []] = lists
  const labels = Object.fromEntries(label.map(labelFrom))
  // Whoever means a whole zone says so.
  const isWhole = zones.length > 0 && hosts.length === 0 && label.length === 0 && !besides.narrows
  return { ...isWhole ? { all: true } : {}, ...filled({ zones, hosts, accounts, names }), ...label.length === 0 ? {} : { labels } }
}

const kinds = ['zone', 'host', 'account', 'credential'] as const

function partsOf (scope: string): string[] {
  const parts = scope.split('/')
  if (parts.length > kinds.length) throw new UsageError('a scope is zone, zone/host, zone/host/account or zone/host/account/name')
  return parts.map((part, index) => checkName(kinds[index] ?? 'credential', part))
}

function product (lists: ReadonlyArray<readonly string[]>): number {
  return lists.reduce((total, { length }) => total * Math.max(1, length), lists[0]?.length === 0 ? 0 : 1)
}

function filled<T extends Record<string, readonly string[]>> (lists: T): Partial<T> {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)) as Partial<T>
}
