import type { CredentialKind } from './credential.ts'
import type { Sibling } from './leave.ts'
import { formatThrough } from './through.ts'
import type { Through } from './through.ts'

/** That a campaign strips access without a replacement, as its zone's worker carries it out. */
export interface Lockdown {
  /** Credentials that other hosts of the zone are reached through, as `host/account/name`: read from their records before each wave. */
  readonly passed: readonly string[]
}

/**
 * Why a lockdown has a credential replaced and does not lock it:
 * - `recovery`     it is the host's recovery credential
 * - `jump-host`    other hosts are reached through it
 * - `through`      another credential of the host is changed through it
 * - `sudo`         it is the password by which one of the former becomes root
 * - `no-recovery`  the host has no recovery credential, so nothing would lead back: an exception that people have to look at
 */
export const spareReasons = ['recovery', 'jump-host', 'through', 'sudo', 'no-recovery'] as const
export type SpareReason = typeof spareReasons[number]

/** A host as far as a lockdown asks for it. */
export interface LockdownHost {
  readonly recovery: Through | undefined
  /** Those that have not left. */
  readonly siblings: readonly Sibling[]
  readonly passed: readonly string[]
}

/** @returns nothing where it is locked */
export function spareReason ({ name, kind }: { readonly name: Through & { readonly host: string }, readonly kind: CredentialKind | null }, { recovery, siblings, passed }: LockdownHost): SpareReason | undefined {
  const own = formatThrough(name)
  const helpers = siblings.flatMap((one) => one.through === null || formatThrough(one) === formatThrough(one.through) ? [] : [one.through])
  if (recovery !== undefined && formatThrough(recovery) === own) return 'recovery'
  if (passed.includes(`${name.host}/${own}`)) return 'jump-host'
  if (helpers.some((one) => formatThrough(one) === own)) return 'through'
  if (kind === 'password' && [recovery, ...helpers].some((one) => one?.account === name.account)) return 'sudo'
  return recovery !== undefined && siblings.some((one) => formatThrough(one) === formatThrough(recovery)) ? undefined : 'no-recovery'
}
