import { lineReader } from './line-reader.ts'
import { sh } from './sh.ts'

/**
 * Takes every line whose key is one of `keys` out of every file that sshd reads for the account, and of its default files. Where `lock` says so,
 * the lines become comments instead, which say what they were: sshd passes them over, a key that follows inherits from them, and removal takes
 * them out.
 */
export const removeKeys = sh`
rekey_remove_keys() {
  rekey_keep_readable "$files$nl$defaults"
  for file in $readable; do
    rekey_look "$file"
    to=/dev/null
    if [ -z "$obstacle" ]; then
      rekey_stage "$file"
      to=$file.rekey-new
    fi
    # Most files end with a line break. One that does not shows by the size, and is begun again.
    rekey_filter 1
    if [ "$changed" = 0 ]; then
      [ -n "$obstacle" ] || rekey_unstage "$file"
    elif [ -n "$obstacle" ]; then
      rekey_reply "refused:$obstacle"
    elif ! rekey_fits "$size $file" "$kept $to"; then
      rekey_filter 0
      rekey_fits "$((size - 1)) $file" "$((kept - last_stays)) $to" || rekey_refuse incomplete "$file"
    fi
  done
  rekey_commit
} 2>/dev/null

# Writes the lines of a file that stay to another one. Each keeps its end as it was; $1 tells whether the last one has any.
# Sets changed (lines), size and kept (bytes of all and of the staying lines, ends included), last_stays.
rekey_filter() {
  sums=$(keys=$keys lock=$lock ended=$1 to=$to awk '
` + lineReader + sh`
    function is_meant(line,    i) {
      if (!locks) line = unlocked(line)
      for (i = 1; i <= count; i++) {
        if (index(line, substr(listed[i], index(listed[i], " ") + 1))) break
      }
      return i <= count && read_line(line) && ((type " " body) in meant)
    }
    BEGIN {
      ORS = ""
      count = split(ENVIRON["keys"], listed, ",")
      for (i = 1; i <= count; i++) meant[listed[i]] = 1
      locks = ENVIRON["lock"] != ""
      to = ENVIRON["to"]
      print "" > to
    }
    held { print last "\n" > to; held = 0 }
    { size += length($0) + 1; line = $0 }
    is_meant(line) {
      changed++
      if (!locks) next
      line = "#rekey-locked " line
    }
    { kept += length(line) + 1; last = line; held = 1 }
    END {
      if (held) print last (ENVIRON["ended"] == 1 ? "\n" : "") > to
      print changed + 0 "," size + 0 "," kept + 0 "," held + 0
    }' "$file")
  changed=\${sums%%,*}
  sums=\${sums#*,}
  size=\${sums%%,*}
  sums=\${sums#*,}
  kept=\${sums%%,*}
  last_stays=\${sums#*,}
} 2>/dev/null

rekey_unstage() {
  rm -f "$1.rekey-new"
  staged=\${staged%"$1$nl"}
}
`
