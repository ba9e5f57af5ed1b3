import { lineReader } from './account.ts'
import { sh } from './sh.ts'

/** Takes every line whose key is one of `keys` out of every file that sshd reads for the account, and of its default files. */
export const removeKeys = sh`
rekey_remove_keys() {
  rekey_keep_readable "$files$nl$defaults"
  reader='
` + lineReader + sh`
    BEGIN {
      count = split(ENVIRON["keys"], listed, ",")
      for (i = 1; i <= count; i++) gone[listed[i]] = 1
    }
    function is_gone(line,    i) {
      for (i = 1; i <= count; i++) {
        if (index(line, substr(listed[i], index(listed[i], " ") + 1))) break
      }
      return i <= count && read_line(line) && ((type " " body) in gone)
    }'
  found=$(keys=$keys awk "$reader"'
    is_gone($0) { hit[FILENAME] = 1; stays[FILENAME] = 0; next }
    { size[FILENAME] += length($0) + 1; stays[FILENAME] = 1 }
    END { for (file in hit) print stays[file] " " (size[file] + 0) " " file }' $readable)
  for entry in $found; do
    last_stays=\${entry%% *}
    entry=\${entry#* }
    size=\${entry%% *}
    file=\${entry#* }
    rekey_stage "$file"
    # Every line that stays keeps its end as it was; a last one without an end stays without.
    ended=1
    [ -z "$(tail -c 1 "$file")" ] || ended=0
    keys=$keys ended=$ended awk "$reader"'
      BEGIN { ORS = "" }
      held { print last "\n"; held = 0 }
      !is_gone($0) { last = $0; held = 1 }
      END { if (held) print last (ENVIRON["ended"] == 1 ? "\n" : "") }' "$file" >"$file.rekey-new"
    [ "$ended$last_stays" != 01 ] || size=$((size - 1))
    rekey_check_size "$file" "$size"
  done
  rekey_commit
} 2>/dev/null
`
