import { hostOf } from './address.ts'
import { RekeyError } from './errors.ts'

/**
 * The clock of a service: this machine's, or so many seconds ahead of it, for demonstrations of what takes days. Whoever moves the clock of a service
 * decides what is due and what has expired, so that works beside a Vault on this very machine only.
 * @param vaultAddress as https://host:port
 * @throws RekeyError `config/invalid`
 */
export function clockAhead (seconds: number, vaultAddress: string): () => Date {
  if (seconds === 0) return () => new Date()
  if (!['127.0.0.1', '::1', 'localhost'].includes(hostOf(vaultAddress))) {
    throw new RekeyError('config/invalid', 'REKEY_CLOCK_AHEAD_SECONDS is for demonstrations: it is refused where Vault is on another machine')
  }
  return () => new Date(Date.now() + seconds * 1000)
}
