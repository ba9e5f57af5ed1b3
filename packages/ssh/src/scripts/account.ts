import { sh } from './sh.ts'

/**
 * What the scripts that change a host stand on. Rules that hold for all pieces:
 * - Only functions, and one call on the very last line.
 * - POSIX sh and awk, as dash, bash, BusyBox, mawk and gawk have them; `[ -O` beyond POSIX, which all of these know.
 * - Few programs: starting one costs a host a millisecond, as much as all that the shell does by itself.
 */
export const basics = sh`
rekey_start() {
  exec </dev/null
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
  if [ -O / ] && command -v sshd >/dev/null 2>&1; then
    IFS=' '
    set -- $SSH_CONNECTION
    IFS=$nl
    [ $# = 4 ] || set -- 127.0.0.1 0 127.0.0.1 22
    if told=$(sshd -T -C "user=$account,host=$1,addr=$1,laddr=$3,lport=$4" 2>/dev/null); then
      files=$(printf '%s\n' "$told" | home=$home account=$account uid=$(id -u) awk '
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
  fence_size=''
  seen=0
  if [ -e "$fence" ] || [ -L "$fence" ]; then
    seen=''
    rest=''
    ended=0
    if [ -f "$fence" ] && [ ! -L "$fence" ] && [ -O "$fence" ]; then
      { IFS= read -r seen && ended=1 && IFS= read -r rest && rest=more; } <"$fence"
    fi
    case $seen$rest in
      '' | *[!0-9]* | ????????????????*) rekey_reply fence-unreadable ;;
    esac
    [ -z "$rest" ] || rekey_reply fence-unreadable
    # A shell drops zero bytes: the size will tell.
    fence_size="$((\${#seen} + ended)) $fence"
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

/** How a file is replaced: copied with its mode and owner, changed, measured, synced, renamed. */
export const replacement = sh`
# $1 a key file. Sets obstacle to what keeps us from replacing it, if anything.
rekey_look() {
  folder=\${1%/*}
  obstacle=''
  if [ -L "$1" ]; then obstacle=symlink:$1
  elif [ -L "$folder" ]; then obstacle=symlink:$folder
  elif [ ! -O "$1" ]; then obstacle=foreign-owner:$1
  elif [ ! -w "$folder" ]; then obstacle=cannot-write:$folder
  fi
}

# Lays a copy beside a key file that rekey_look has found no fault with.
rekey_stage() {
  if [ -e "$1.rekey-new" ] || [ -L "$1.rekey-new" ]; then rm -f "$1.rekey-new"; fi
  [ ! -e "$1.rekey-new" ] || rekey_refuse cannot-write "$1.rekey-new"
  staged=$staged$1$nl
  cp -p "$1" "$1.rekey-new" || rekey_refuse incomplete "$1"
} 2>/dev/null

# Whether files have the sizes that they must have, each given as "size path". A write to a full disk may fail without a
# word, and awk may stumble over zero bytes: both show here. The fence is measured along, and ends the script if it misfits.
rekey_fits() {
  [ -z "$fence_size" ] || set -- "$@" "$fence_size"
  expected=''
  left=$#
  [ "$left" != 0 ] || return 0
  for entry in "$@"; do
    expected=$expected$entry$nl
    set -- "$@" "\${entry#* }"
  done
  shift "$left"
  measured=''
  for line in $(wc -c "$@"); do
    line=\${line#"\${line%%[! ]*}"}
    measured=$measured$line$nl
    case $nl$expected in
      *"$nl$line$nl"*) left=$((left - 1)) ;;
    esac
  done
  case $nl$measured in
    *"$nl$fence_size$nl"*) ;;
    *) [ -z "$fence_size" ] || rekey_reply fence-unreadable ;;
  esac
  [ "$left" = 0 ]
} 2>/dev/null

# Raises the fence, then changes the account, each durably.
rekey_commit() {
  [ -n "$staged" ] || rekey_fits
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
  [ $# = 0 ] || set -- "$rekey"
  for file in $staged; do
    if ! mv -f "$file.rekey-new" "$file"; then
      [ $# = 1 ] || rekey_reply failed
      rekey_refuse cannot-write "$file"
    fi
    set -- "$@" "\${file%/*}"
  done
  staged=''
  [ $# = 0 ] || sync "$@" || sync
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
