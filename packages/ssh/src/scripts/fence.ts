import { sh } from './sh.ts'

/**
 * The fence: the highest epoch that this host has seen for the credential. Whoever comes with a lower one was overtaken.
 * Fifteen digits fit the numbers of every shell; what can't be compared counts as higher.
 */
export const fence = sh`
# Sets seen, or fails when there is nothing to compare with.
rekey_read_fence() {
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
      '' | *[!0-9]* | ????????????????*) return 1 ;;
    esac
    [ -z "$rest" ] || return 1
    # A shell drops zero bytes: the size will tell.
    fence_size="$((\${#seen} + ended)) $fence"
  fi
} 2>/dev/null

rekey_check_fence() {
  rekey_read_fence || rekey_reply fence-unreadable
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
