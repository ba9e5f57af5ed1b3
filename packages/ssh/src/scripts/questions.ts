import { whereabouts } from './account.ts'
import { sh } from './sh.ts'

/** One line for the rotator, from a script that changes nothing and so needs no lock. */
export const answer = sh`
rekey_answer() {
  printf '\nrekey:%s%s:%s\n' "$nonce_a" "$nonce_b" "$1"
}
`

/**
 * Shows one password to `su`. It is let in when a nonce comes back; one whose shell is nologin is told so only after the
 * right password. Whoever asks must not be root.
 */
export const askSu = answer + sh`
rekey_ask_su() {
  LC_ALL=C
  export LC_ALL PATH
  said=$(printf '%s\n' "$password" | su "$account" -c "printf %s $nonce_b$nonce_a" 2>&1)
  case $said in
    *"$nonce_b$nonce_a"*) rekey_answer accepted ;;
    *'currently not available'*) rekey_answer idle ;;
    *'uthentication failure'* | *'ncorrect password'*) rekey_answer refused ;;
    *) rekey_answer unclear ;;
  esac
}
`

/** What pam_faillock counts for the account (faillock.conf(5), faillock(8)): its limit and the failures that count. */
export const askTally = answer + sh`
rekey_ask_tally() {
  LC_ALL=C
  export LC_ALL PATH
  used=$(grep -hs '^[^#]*pam_faillock' /etc/pam.d/*)
  if [ -z "$used" ]; then
    rekey_answer none
    return
  fi
  limit=$(printf '%s\n' "$used" | sed -n 's/.*deny=\([0-9]\{1,5\}\).*/\1/p' | sort -n | head -n 1)
  [ -n "$limit" ] || limit=$(sed -n 's/^[ \t]*deny[ \t]*=[ \t]*\([0-9]\{1,5\}\).*/\1/p' /etc/security/faillock.conf 2>/dev/null | head -n 1)
  failures=$(faillock --user "$account" 2>/dev/null | awk '$NF == "V"' | wc -l)
  rekey_answer "tally:\${limit:-3}:$((failures))"
}
`

/** Whether root keeps the account's keys where the account can't write (sshd_config(5), AuthorizedKeysFile). Root asks. */
export const askKeysElsewhere = answer + whereabouts + sh`
rekey_ask_elsewhere() {
  nl='
'
  IFS=$nl
  set -f
  export PATH
  rekey_find_home
  rekey_find_files
  rekey_keep_readable "$files"
  for path in $readable; do
    case $path in
      "$ssh"/*) ;;
      *) if [ -O "$path" ]; then
          rekey_answer yes
          return
        fi ;;
    esac
  done
  rekey_answer no
}

rekey_refuse() {
  rekey_answer no
  exit 0
}
`

/** Whether sudo lets us become the account without a question. */
export const askSudo = answer + sh`
rekey_ask_sudo() {
  export PATH
  if sudo -n -u "$account" true >/dev/null 2>&1; then rekey_answer yes; else rekey_answer no; fi
}
`
