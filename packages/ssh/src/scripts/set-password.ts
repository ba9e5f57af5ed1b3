import { accountState } from './account-state.ts'
import { sh } from './sh.ts'

export const needs = sh`
rekey_needs() {
  command -v "$1" >/dev/null 2>&1 || rekey_refuse no-program "$1"
}
`

/**
 * Changes the account's own password. Both secrets come on this script's stdin and go on by pipes of the shell's own
 * `printf`, so that no process list shows them. The fence rises first: whoever comes later with less is refused, whether
 * or not the host takes this one.
 *
 * A passwd that asks on a terminal only has failed without reading what it was given: the first line is still there afterwards, so it
 * has looked at nothing and changed nothing, and may be asked again on a terminal.
 */
export const setPassword = accountState + needs + sh`
rekey_set_password() {
  rekey_check_state
  rekey_put_in_place
  if [ -O / ]; then
    rekey_needs chpasswd
    told=$(printf '%s:%s\n' "$account" "$to" | chpasswd 2>&1) && rekey_reply applied
  else
    rekey_needs passwd
    # Exactly three lines: after a rejection passwd would take a fourth for another new password.
    told=$(printf '%s\n%s\n%s\n' "$from" "$to" "$to" | {
      passwd 2>&1
      status=$?
      if IFS= read -r left && [ "$left" = "$from" ] && [ "$status" != 0 ]; then status=unread; fi
      printf '\n%s' "$status"
    })
    [ "\${told##*"$nl"}" != 0 ] || rekey_reply applied
  fi
  case $told in
    *'must wait longer'*) rekey_refuse too-soon ;;
    *'already used'* | *'password unchanged'*'same'*) rekey_refuse used-before ;;
    *'BAD PASSWORD'* | *'ad password'* | *'longer password'* | *'too simple'* | *'too similar'*) rekey_refuse too-weak ;;
    *'uthentication failure'* | *'ncorrect password'* | *'not match'*) rekey_refuse wrong-present ;;
    *"$nl"unread) rekey_refuse needs-terminal ;;
    *) rekey_refuse not-changed ;;
  esac
} 2>/dev/null
`

/**
 * The same on a terminal, which is descriptor 8: runs passwd there under lock and fence, and says when it begins to ask and how it
 * ended. No secret is in the script: they are typed when passwd asks for them.
 *
 * Whoever asks may fall silent in between, and a lock that is a folder is taken over after a minute (lock.ts): by then this passwd must
 * be gone, or it would change the password under somebody else's lock. passwd can't be killed, being root's; but when the leader of the
 * terminal's session dies, the terminal is hung up.
 */
export const askPasswd = accountState + needs + sh`
rekey_ask_passwd() {
  rekey_check_state
  rekey_needs passwd
  rekey_put_in_place
  (
    sleep "$deadline"
    kill -9 $$
  ) </dev/null >/dev/null 2>&1 8>&- 9>&- &
  watch=$!
  printf '\nrekey:%s%s:asks\n' "$nonce_a" "$nonce_b"
  passwd <&8 >&8 2>&8 8>&-
  status=$?
  kill "$watch"
  rekey_reply "ended:$status"
} 2>/dev/null
`
