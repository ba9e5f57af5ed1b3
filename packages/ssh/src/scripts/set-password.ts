import { sh } from './sh.ts'

/**
 * Changes the account's own password. Both secrets come on this script's stdin and go on by pipes of the shell's own
 * `printf`, so that no process list shows them. The fence rises first: whoever comes later with less is refused, whether
 * or not the host takes this one.
 */
export const setPassword = sh`
rekey_set_password() {
  # An account of LDAP, NIS or a domain has its password elsewhere, shared with other hosts.
  while IFS=: read -r entry rest; do
    [ "$entry" != "$account" ] || break
  done </etc/passwd
  [ "$entry" = "$account" ] || rekey_refuse not-local
  rekey_put_in_place
  if [ -O / ]; then
    rekey_needs chpasswd
    told=$(printf '%s:%s\n' "$account" "$to" | chpasswd 2>&1) && rekey_reply applied
  else
    rekey_needs passwd
    # Exactly three lines: after a rejection passwd would take a fourth for another new password.
    told=$(printf '%s\n%s\n%s\n' "$from" "$to" "$to" | passwd 2>&1) && rekey_reply applied
  fi
  case $told in
    *'must wait longer'*) rekey_refuse too-soon ;;
    *'already used'* | *'password unchanged'*'same'*) rekey_refuse used-before ;;
    *'BAD PASSWORD'* | *'ad password'* | *'longer password'* | *'too simple'* | *'too similar'*) rekey_refuse too-weak ;;
    *'uthentication failure'* | *'ncorrect password'* | *'not match'*) rekey_refuse wrong-present ;;
    *) rekey_refuse not-changed ;;
  esac
} 2>/dev/null

rekey_needs() {
  command -v "$1" >/dev/null 2>&1 || rekey_refuse no-program "$1"
}
`
