import { answer } from './questions.ts'
import { sh } from './sh.ts'

/*
 * Finds the account's live logins by the processes of its daemon, and ends them. `who` knows only those that have a terminal. A login is
 *
 *     sshd, sshd-session   whose title says `sshd: app@…` (sshd sets it, and it is the account's own process), or `sshd: app` while only ports are forwarded
 *     dropbear             that runs as the account, or whose child does
 *
 * and is not one that this shell has come from. What has left it, as a screen or a daemon, is no login any more, and is not looked for.
 * Needs /proc as Linux has it. The kernel lets an account end what is its own; of Dropbear's that is what runs in the login, while the login is root's.
 */
export const endSessions = answer + sh`
rekey_sessions() {
  LC_ALL=C
  export LC_ALL PATH
  uid=$(id -u "$account") || uid=''
  if [ -z "$uid" ] || [ ! -r /proc/1/status ] || [ ! -r /proc/self/status ]; then
    rekey_answer hidden
    return
  fi
  rekey_find_sessions
  found=0
  for login in $logins; do
    found=$((found + 1))
  done
  [ -z "$to_end" ] || [ "$found" = 0 ] || rekey_end_sessions
  left=0
  for login in $logins; do
    [ ! -e "/proc/$login/status" ] || left=$((left + 1))
  done
  rekey_answer "sessions:$found:$left"
} 2>/dev/null

# Sets logins, and inside to what has come from them.
rekey_find_sessions() {
  seen=$(cat /proc/[0-9]*/status | uid=$uid account=$account self=$$ awk '
    function is_daemon(pid) {
      return name[pid] == "sshd" || name[pid] == "sshd-session" || name[pid] == "dropbear"
    }
    function is_login(pid,    title) {
      if (name[pid] == "dropbear") return (owner[pid] == uid && uid != 0) || (pid in runs)
      if (owner[pid] != uid) return 0
      title = ""
      getline title < ("/proc/" pid "/cmdline")
      close("/proc/" pid "/cmdline")
      sub(/^sshd(-session)?: /, "", title)
      # The rest of what was once its arguments.
      sub(/[^!-~ ].*/, "", title)
      sub(/ +$/, "", title)
      return title == account || index(title, account "@") == 1
    }
    BEGIN {
      uid = ENVIRON["uid"]
      account = ENVIRON["account"]
    }
    $1 == "Name:" { shown = $2 }
    $1 == "Pid:" { pid = $2; name[pid] = shown }
    $1 == "PPid:" { parent[pid] = $2 }
    $1 == "Uid:" { owner[pid] = $2 }
    END {
      for (pid = ENVIRON["self"]; (pid in parent) && !(pid in ours); pid = parent[pid]) ours[pid] = 1
      for (pid in parent) if (owner[pid] == uid && !is_daemon(pid)) runs[parent[pid]] = 1
      for (pid in parent) if (is_daemon(pid) && !(pid in ours) && is_login(pid)) { login[pid] = 1; logins = logins " " pid }
      for (pid in parent) {
        depth = 0
        for (at = parent[pid]; (at in parent) && depth < 200; at = parent[at]) {
          if (at in login) { if (!(pid in ours) && !(pid in login)) inside = inside " " pid; break }
          depth++
        }
      }
      print logins "/" inside
    }')
  logins=\${seen%%/*}
  inside=\${seen#*/}
}

# First what runs in them, which may not heed the end of its terminal; then the logins, in their own way; then the rest.
rekey_end_sessions() {
  kill -KILL $inside
  kill -TERM $logins
  rekey_wait_for_end
  kill -KILL $logins
  rekey_wait_for_end
}

# For two seconds at most.
rekey_wait_for_end() {
  tries=0
  while [ "$tries" -lt 20 ]; do
    going=''
    for login in $logins; do
      [ ! -e "/proc/$login/status" ] || going=yes
    done
    [ -n "$going" ] || return 0
    if sleep 0.1; then tries=$((tries + 1)); else
      sleep 1
      tries=$((tries + 10))
    fi
  done
}
`
