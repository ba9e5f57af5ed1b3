import { quote } from './quote.ts'
import type { PamSpec } from './spec.ts'

function file (...lines: string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

/** pam_faillock(8), its example for counting by authsucc: a login by key neither counts nor resets. */
function commonAuth ({ faillock, noDelay = false }: PamSpec): string {
  const unix = `auth [success=1 default=ignore] pam_unix.so nullok${noDelay ? ' nodelay' : ''}`
  if (faillock === undefined) return file(unix, 'auth requisite pam_deny.so', 'auth required pam_permit.so')
  return file(
    'auth required pam_faillock.so preauth',
    unix,
    'auth [default=die] pam_faillock.so authfail',
    'auth sufficient pam_faillock.so authsucc',
    'auth requisite pam_deny.so',
    'auth required pam_permit.so'
  )
}

/** As pam-auth-update orders them; who asked first for the new password, the later ones take it from. */
function commonPassword ({ pwquality, pwhistory, noDelay = false }: PamSpec): string {
  const lines: string[] = []
  const authtok = (): string => lines.length > 0 ? ' use_authtok' : ''
  if (pwquality !== undefined) lines.push('password requisite pam_pwquality.so retry=3')
  if (pwhistory !== undefined) {
    lines.push(`password requisite pam_pwhistory.so remember=${pwhistory.remember}${pwhistory.enforceForRoot === true ? ' enforce_for_root' : ''}${authtok()}`)
  }
  const unix = lines.length > 0 ? 'use_authtok try_first_pass' : 'obscure'
  return file(...lines, `password [success=1 default=ignore] pam_unix.so ${unix} yescrypt${noDelay ? ' nodelay' : ''}`, 'password requisite pam_deny.so', 'password required pam_permit.so')
}

/**
 * Debian's package would switch its module on for the whole machine, so it is only unpacked: the host sees it among the others.
 * To be done while the machine's folders are still to be seen.
 * @param module where pam_pwquality.so lies on the machine
 */
export function pamModuleScript (pam: PamSpec | undefined, module: string | undefined): string[] {
  if (pam?.pwquality === undefined || module === undefined) return []
  return [
    'mkdir /run/.disk/security',
    `cp ${quote(module)} /run/.disk/security/`,
    'modules=$(dirname /usr/lib/*/security/pam_unix.so)',
    '[ -e "$modules/pam_pwquality.so" ] || mount -t overlay -o "lowerdir=/run/.disk/security:$modules" overlay "$modules"'
  ]
}

/** The part of a host's script that sets its PAM up. Wants its `put`. */
export function pamScript (pam: PamSpec | undefined): string[] {
  if (pam === undefined) return []
  const { faillock, pwquality, noDelay = false } = pam
  const lines = [
    `put /etc/pam.d/common-auth 644 ${quote(commonAuth(pam))}`,
    `put /etc/pam.d/common-password 644 ${quote(commonPassword(pam))}`
  ]
  if (faillock !== undefined) {
    lines.push('mkdir -p /run/faillock', `put /etc/security/faillock.conf 644 ${quote(file(
      `deny = ${faillock.deny}`,
      ...faillock.unlockSeconds === undefined ? [] : [`unlock_time = ${faillock.unlockSeconds}`],
      ...faillock.evenRoot === true ? ['even_deny_root'] : [],
      ...noDelay ? ['nodelay'] : []
    ))}`)
  }
  if (pwquality !== undefined) {
    const settings: Record<string, number | string | true> = { dictcheck: 0, ...pwquality }
    const text = file(...Object.entries(settings).map(([name, value]) => value === true ? name : `${name} = ${value}`))
    lines.push('rm -rf /etc/security/pwquality.conf.d', `put /etc/security/pwquality.conf 644 ${quote(text)}`)
  }
  return lines
}
