import { sh } from './sh.ts'

/**
 * What every script stands on. Rules that hold for all pieces:
 * - Only functions, and one call on the very last line, so that a script that was cut off executes nothing.
 *   One whose beginning was swallowed would be worse: command.ts sees to it that such a text is never executed.
 * - POSIX sh and awk, as dash, BusyBox, mawk and gawk have them; `[ -O` beyond POSIX, which all of these know.
 */
export const basics = sh`
rekey_start() {
  set -f
  umask 077
  LC_ALL=C
  export LC_ALL PATH
  nl='
'
  IFS=$nl
  staged=''
  fence=''
  lock_folder=''
  trap rekey_clean 0
  trap 'exit 1' 1 2 13 15
}

# One line for the rotator. The nonce comes in two pieces, so that an echo of this script is not taken for an answer.
rekey_reply() {
  rekey_clean
  trap - 0
  printf '\nrekey:%s%s:%s\n' "$nonce_a" "$nonce_b" "$1"
  exit 0
}

# $1 why, $2 what it is about. Nothing was changed.
rekey_refuse() {
  rekey_reply "refused:$1:$2"
}

rekey_clean() {
  for staged_file in $staged; do
    [ ! -e "$staged_file.rekey-new" ] || rm -f "$staged_file.rekey-new"
  done
  [ -z "$fence" ] || [ ! -e "$fence.new" ] || rm -f "$fence.new"
  if [ -n "$lock_folder" ] && rekey_holds_lock; then rm -rf "$lock_folder"; fi
}
`

/** Where the account's key files are, and whether we may touch what we need there. Sets `home`, `ssh` and `files`. */
export const whereabouts = sh`
rekey_find_account() {
  uid=$(id -u)
  [ -n "$home" ] || eval "home=~$account"
  case $home in
    /*) ;;
    *) home=$(getent passwd "$account" | cut -d : -f 6) ;;
  esac
  case $home in
    /*) ;;
    *) rekey_refuse no-home ;;
  esac
  [ -d "$home" ] || rekey_refuse no-home "$home"
  ssh=$home/.ssh
  [ ! -L "$ssh" ] || rekey_refuse symlink "$ssh"
  [ -d "$ssh" ] || rekey_refuse no-ssh-folder "$ssh"
  [ -O "$ssh" ] || rekey_refuse foreign-owner "$ssh"
  [ -w "$ssh" ] || rekey_refuse cannot-write "$ssh"
}

# Root may ask sshd which files it reads; others know only the default (sshd_config(5), AuthorizedKeysFile).
rekey_find_files() {
  defaults=$ssh/authorized_keys$nl$ssh/authorized_keys2
  files=$defaults
  if [ "$uid" = 0 ] && command -v sshd >/dev/null 2>&1; then
    IFS=' '
    set -- $SSH_CONNECTION
    IFS=$nl
    [ $# = 4 ] || set -- 127.0.0.1 0 127.0.0.1 22
    if told=$(sshd -T -C "user=$account,host=$1,addr=$1,laddr=$3,lport=$4" 2>/dev/null); then
      files=$(printf '%s\n' "$told" | home=$home account=$account uid=$uid awk '
        tolower($1) == "authorizedkeysfile" {
          for (i = 2; i <= NF; i++) {
            if (tolower($i) == "none") continue
            path = ""
            for (at = 1; at <= length($i); at++) {
              c = substr($i, at, 1)
              if (c == "%") {
                at++
                c = substr($i, at, 1)
                if (c == "h") c = ENVIRON["home"]
                else if (c == "u") c = ENVIRON["account"]
                else if (c == "U") c = ENVIRON["uid"]
              }
              path = path c
            }
            if (path !~ /^\//) path = ENVIRON["home"] "/" path
            print path
          }
        }')
      [ -n "$files" ] || rekey_refuse no-files
    fi
  fi
}

# Keeps of a list of paths, one a line, those that sshd can read as this account. Sets readable.
rekey_keep_readable() {
  readable=''
  for path in $1; do
    case "$nl$readable" in
      *"$nl$path$nl"*) continue ;;
    esac
    if [ -f "$path" ] && [ -r "$path" ]; then readable=$readable$path$nl; fi
  done
}
`

/** The lock that one change of an account holds. */
export const lock = sh`
rekey_lock() {
  rekey=$ssh/.rekey
  [ ! -L "$rekey" ] || rekey_refuse symlink "$rekey"
  [ -d "$rekey" ] || mkdir -m 700 "$rekey" 2>/dev/null || [ -d "$rekey" ] || rekey_refuse cannot-write "$rekey"
  [ -O "$rekey" ] || rekey_refuse foreign-owner "$rekey"
  if command -v flock >/dev/null 2>&1; then
    [ ! -L "$rekey/lock.file" ] || rekey_refuse symlink "$rekey/lock.file"
    command exec 9>>"$rekey/lock.file" || rekey_refuse cannot-write "$rekey/lock.file"
    rekey_try=rekey_lock_by_file
  else
    rekey_try=rekey_lock_by_folder
  fi
  if ! $rekey_try; then
    give_up=$(($(date +%s) + patience))
    until $rekey_try; do
      [ "$(date +%s)" -lt "$give_up" ] || rekey_refuse busy "$rekey"
      sleep 0.1 2>/dev/null || sleep 1
    done
  fi
} 2>/dev/null

rekey_lock_by_file() {
  flock -n 9
}

# A lock that nobody has touched for a minute belongs to somebody dead. Whoever makes the next numbered folder in it
# takes over: only one can, and doing so makes the lock look fresh to all others.
rekey_lock_by_folder() {
  generation=0
  if ! mkdir "$rekey/lock.folder"; then
    if [ ! -d "$rekey/lock.folder" ]; then
      mkdir "$rekey/try.$nonce_a" || rekey_refuse cannot-write "$rekey"
      rmdir "$rekey/try.$nonce_a"
      return 1
    fi
    while [ -d "$rekey/lock.folder/$((generation + 1))" ]; do
      generation=$((generation + 1))
    done
    [ -n "$(find "$rekey/lock.folder" -prune -mmin +1)" ] || return 1
    generation=$((generation + 1))
    mkdir "$rekey/lock.folder/$generation" || return 1
  fi
  mkdir "$rekey/lock.folder/by-$nonce_a" || return 1
  lock_folder=$rekey/lock.folder
} 2>/dev/null

rekey_holds_lock() {
  [ -z "$lock_folder" ] || { [ -d "$lock_folder/by-$nonce_a" ] && [ ! -d "$lock_folder/$((generation + 1))" ]; }
}
`

/**
 * The fence: the highest epoch that this host has seen for the credential. Whoever comes with a lower one was overtaken.
 * Fifteen digits fit the numbers of every shell; what can't be compared counts as higher.
 */
export const fence = sh`
rekey_check_fence() {
  fence=$rekey/$name
  seen=0
  if [ -e "$fence" ] || [ -L "$fence" ]; then
    seen=''
    if [ -f "$fence" ] && [ ! -L "$fence" ] && [ -O "$fence" ]; then
      size=$(wc -c <"$fence")
      ended=0
      if [ "$size" -le 16 ] && IFS= read -r seen <"$fence"; then ended=1; fi
    fi
    case $seen in
      '' | *[!0-9]* | ????????????????*) rekey_reply fence-unreadable ;;
    esac
    # A shell drops zero bytes, and reads one line: the size tells whether there was more.
    [ "$size" -eq "$((\${#seen} + ended))" ] || rekey_reply fence-unreadable
  fi
  [ "$seen" -le "$epoch" ] || rekey_reply "fenced:$seen"
} 2>/dev/null

# Lays the raised fence beside the old one.
rekey_stage_fence() {
  [ "$seen" -lt "$epoch" ] || return 0
  written=''
  [ ! -e "$fence.new" ] || rm -f "$fence.new"
  printf '%s\n' "$epoch" >"$fence.new" && IFS= read -r written <"$fence.new"
  [ "$written" = "$epoch" ] || rekey_refuse incomplete "$fence"
} 2>/dev/null
`

/** How a file is replaced: copied with its mode and owner, changed, synced, renamed. */
export const replacement = sh`
# $1 a key file that is to be changed. Lays a copy beside it.
rekey_stage() {
  folder=\${1%/*}
  [ ! -L "$1" ] || rekey_refuse symlink "$1"
  [ ! -L "$folder" ] || rekey_refuse symlink "$folder"
  [ -O "$1" ] || rekey_refuse foreign-owner "$1"
  [ -w "$folder" ] || rekey_refuse cannot-write "$folder"
  if [ -e "$1.rekey-new" ] || [ -L "$1.rekey-new" ]; then rm -f "$1.rekey-new"; fi
  [ ! -e "$1.rekey-new" ] || rekey_refuse cannot-write "$1.rekey-new"
  staged=$staged$1$nl
  cp -p "$1" "$1.rekey-new" || rekey_refuse incomplete "$1"
} 2>/dev/null

# $1 a staged file, $2 its right size in bytes. On a full disk writing may fail without a word.
rekey_check_size() {
  [ "$(wc -c <"$1.rekey-new")" -eq "$2" ] || rekey_refuse incomplete "$1"
} 2>/dev/null

# Raises the fence, then changes the account, each durably.
rekey_commit() {
  rekey_stage_fence
  set --
  [ ! -e "$fence.new" ] || set -- "$fence.new"
  for file in $staged; do
    set -- "$@" "$file.rekey-new"
  done
  [ $# = 0 ] || sync "$@" || sync
  rekey_holds_lock || rekey_refuse busy "$rekey"
  if [ -e "$fence.new" ]; then
    mv -f "$fence.new" "$fence" || rekey_refuse cannot-write "$fence"
  fi
  set -- "$rekey"
  for file in $staged; do
    if ! mv -f "$file.rekey-new" "$file"; then
      [ $# = 1 ] || rekey_reply failed
      rekey_refuse cannot-write "$file"
    fi
    set -- "$@" "\${file%/*}"
  done
  staged=''
  sync "$@" || sync
  rekey_reply applied
} 2>/dev/null
`

/** Reads a line of authorized_keys as sshd does (auth2-pubkeyfile.c): options end at the first blank outside quotes. */
export const lineReader = sh`
  function read_line(line,    at, c, quoted) {
    options = ""
    sub(/^[ \t]+/, "", line)
    if (line == "" || line ~ /^#/) return 0
    if (line !~ /^(ssh|ecdsa|sk)-[^ \t"=,]+[ \t]/) {
      quoted = 0
      for (at = 1; at <= length(line); at++) {
        c = substr(line, at, 1)
        if (c == "\\" && substr(line, at + 1, 1) == "\"") at++
        else if (c == "\"") quoted = !quoted
        else if (!quoted && (c == " " || c == "\t")) break
      }
      options = substr(line, 1, at - 1)
      line = substr(line, at)
      sub(/^[ \t]+/, "", line)
    }
    if (!match(line, /^[^ \t]+[ \t]+/)) return 0
    type = substr(line, 1, RLENGTH)
    sub(/[ \t]+$/, "", type)
    body = substr(line, RLENGTH + 1)
    sub(/[ \t].*$/, "", body)
    sub(/\r$/, "", body)
    return 1
  }
  function opens(    plain) {
    plain = tolower(options)
    gsub(/\\"/, "", plain)
    gsub(/"[^"]*"/, "", plain)
    return index("," plain ",", ",cert-authority,") == 0
  }
`
