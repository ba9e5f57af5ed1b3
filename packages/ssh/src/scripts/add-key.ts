import { lineReader } from './line-reader.ts'
import { sh } from './sh.ts'

/**
 * Adds `key` to the first file that holds `heir`, once for each distinct set of options that `heir` has there, so that
 * the new key may do what the old one may, or might before a lockdown made a comment of its line. A key that is there already is left as it is. To recover an account that has lost
 * `heir`, `orphan` adds it with the least that a rotation needs.
 */
export const addKey = sh`
rekey_add_key() {
  rekey_keep_readable "$files"
  found=$(key=$key heir=$heir comment=$comment orphan=$orphan fallback=\${files%%"$nl"*} awk '
` + lineReader + sh`
    BEGIN {
      key = ENVIRON["key"]
      heir = ENVIRON["heir"]
      key_body = key
      sub(/^.* /, "", key_body)
      heir_body = heir
      sub(/^.* /, "", heir_body)
    }
    { size[FILENAME] += length($0) + 1 }
    index($0, key_body) && read_line($0) && type " " body == key && opens() { present = 1 }
    index($0, heir_body) && read_line(unlocked($0)) && type " " body == heir && opens() {
      if (file == "") file = FILENAME
      if (file == FILENAME && !(options in taken)) {
        taken[options] = 1
        line = (options == "" ? "" : options " ") key " " ENVIRON["comment"]
        added += length(line) + 1
        lines = lines line "\n"
      }
    }
    END {
      if (!present && file == "" && ENVIRON["orphan"] != "") {
        file = ARGC > 1 ? ARGV[1] : ENVIRON["fallback"]
        lines = "restrict,pty " key " " ENVIRON["comment"] "\n"
        added = length(lines)
      }
      if (present) print "present"
      else if (file != "") printf "%s", "heir\n" file "\n" (size[file] + added) "\n" lines
    }' $readable)
  case $found in
    present) rekey_commit ;;
    heir$nl*) ;;
    *) rekey_refuse no-heir ;;
  esac
  found=\${found#*"$nl"}
  file=\${found%%"$nl"*}
  found=\${found#*"$nl"}
  size=\${found%%"$nl"*}
  lines=\${found#*"$nl"}
  if [ -n "$orphan" ] && [ ! -e "$file" ]; then : >"$file" || rekey_refuse cannot-write "$file"; fi
  rekey_look "$file"
  [ -z "$obstacle" ] || rekey_reply "refused:$obstacle"
  # Most files end with a line break. One that does not shows by the size, and is begun again.
  rekey_append || rekey_append "$nl" || rekey_refuse incomplete "$file"
  rekey_commit
} 2>/dev/null

rekey_append() {
  staged=''
  rekey_stage "$file"
  printf '%s\n' "$1$lines" >>"$file.rekey-new"
  rekey_fits "$size $file.rekey-new"
} 2>/dev/null
`
