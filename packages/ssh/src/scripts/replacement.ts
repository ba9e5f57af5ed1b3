import { sh } from './sh.ts'

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

# Raises the fence, then replaces what was staged, each durably.
rekey_put_in_place() {
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
} 2>/dev/null

rekey_commit() {
  rekey_put_in_place
  rekey_reply applied
}
`
