import { sh } from './sh.ts'

/**
 * Puts the fence in the place of one that can't be used. One that has been mended meanwhile is not lowered, save at the highest
 * number, which leaves none above it. A folder is kept beside, as nothing takes its place at once.
 */
export const resetFence = sh`
rekey_reset_fence() {
  if rekey_read_fence && [ "$seen" -gt "$epoch" ] && [ "$seen" != 999999999999999 ]; then
    rekey_reply "fenced:$seen"
  fi
  seen=0
  fence_size=''
  rekey_stage_fence
  if [ -d "$fence" ]; then
    mv "$fence" "$rekey/unusable.$name.$nonce_a" || rekey_refuse cannot-write "$fence"
  fi
  rekey_commit
} 2>/dev/null
`
