import { lockoutsOf } from './lockouts.ts'
import type { Setback } from './setback.ts'
import type { Turn } from './turn.ts'

/** A refused password may be an account that is locked for a while by somebody else's failures: time tells. */
const refusalsBeforeHold = 2
/**
 * Until then a host remembers failures (faillock.conf(5), fail_interval), and ours would add up: whoever has changed the
 * password by hand would find the account closed.
 */
export const forgottenAfterSeconds = 900

/** No recorded secret that was tried is accepted. @param untried how many are left for later attempts */
export function noneOpens ({ credential }: Turn, untried = 0): Setback {
  if (credential.kind === 'ssh-key') {
    return { class: 'locked-out', code: 'host/locked-out', hold: 'locked-out', message: 'None of the recorded keys that were tried opens the account any more: it was removed on the host, or Vault was restored from a backup that is older than the last rotation. Put the current public key back by hand (`rekey reveal --public`), then clear the hold.' }
  }
  return {
    class: 'locked-out',
    code: 'host/locked-out',
    waitSeconds: forgottenAfterSeconds,
    message: 'The host refuses the recorded passwords: somebody changed the password, or the account is locked by failed attempts (`faillock --user`), expired or barred from SSH. Nothing was changed. Set the current one by hand (`rekey reveal`), or wait until the lock ends.',
    ...(untried === 0 && lockoutsOf(credential) >= refusalsBeforeHold ? { hold: 'locked-out' as const } : {})
  }
}
