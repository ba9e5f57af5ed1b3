import { needs } from './set-password.ts'
import { sh } from './sh.ts'

/**
 * Puts what is no hash in place of that of an account's password, as root: no password fits it. It begins with `*`, since at a `!` an sshd without PAM
 * refuses the account's keys, too. A password that somebody has locked already stays as he left it.
 */
export const lockPassword = needs + sh`
rekey_lock_password() {
  [ -O / ] || rekey_refuse needs-root
  while IFS=: read -r entry hash rest; do
    [ "$entry" != "$account" ] || break
  done </etc/shadow
  [ "$entry" = "$account" ] || rekey_refuse not-local
  case $hash in
    '!'* | '*'*) hash=locked ;;
    *) hash='' ;;
  esac
  rekey_needs chpasswd
  rekey_put_in_place
  if [ -z "$hash" ]; then
    printf '%s:*rekey-locked\n' "$account" | chpasswd -e >/dev/null 2>&1 || rekey_refuse not-changed
  fi
  rekey_reply applied
} 2>/dev/null
`
