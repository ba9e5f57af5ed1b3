import { sh } from './sh.ts'

/** The lock that one change of an account holds. */
export const lock = sh`
rekey_lock() {
  rekey=$state/.rekey
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
