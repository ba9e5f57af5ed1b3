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

/**
 * Where the account's key files are, and whether we may touch what we need there. Sets `home`, `ssh`, `files`, and `state`, the
 * folder for lock and fence: root's own place when root acts for another account, which must not reach it.
 */
export const whereabouts = sh`
rekey_find_home() {
  [ -n "$home" ] || eval "home=~$account"
  case $home in
    /*) ;;
    *) home=$(getent passwd "$account" | cut -d : -f 6) ;;
  esac
  ssh=$home/.ssh
  defaults=$ssh/authorized_keys$nl$ssh/authorized_keys2
}

rekey_find_account() {
  rekey_find_home
  if [ -n "$place" ]; then
    state=$place
    [ -d "$state" ] || mkdir -p -m 700 "$state" || rekey_refuse cannot-write "$state"
    [ ! -L "$state" ] || rekey_refuse symlink "$state"
    [ -O "$state" ] || rekey_refuse foreign-owner "$state"
    return 0
  fi
  state=$ssh
  case $home in
    /*) ;;
    *) rekey_refuse no-home ;;
  esac
  [ -d "$home" ] || rekey_refuse no-home "$home"
  [ ! -L "$ssh" ] || rekey_refuse symlink "$ssh"
  # A password's fence lives there, too; a key's account has the folder, or sshd reads another one.
  [ -d "$ssh" ] || [ -z "$to$orphan" ] || mkdir -m 700 "$ssh" 2>/dev/null || [ -d "$ssh" ] || rekey_refuse cannot-write "$home"
  [ -d "$ssh" ] || rekey_refuse no-ssh-folder "$ssh"
  [ -O "$ssh" ] || rekey_refuse foreign-owner "$ssh"
  [ -w "$ssh" ] || rekey_refuse cannot-write "$ssh"
}

# Root may ask sshd which files it reads; others know only the default (sshd_config(5), AuthorizedKeysFile).
rekey_find_files() {
  files=$defaults
  if [ -O / ] && command -v sshd >/dev/null 2>&1; then
    IFS=' '
    set -- $SSH_CONNECTION
    IFS=$nl
    [ $# = 4 ] || set -- 127.0.0.1 0 127.0.0.1 22
    if told=$(sshd -T -C "user=$account,host=$1,addr=$1,laddr=$3,lport=$4" 2>/dev/null); then
      files=$(printf '%s\n' "$told" | home=$home account=$account uid=$(id -u "$account") awk '
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
