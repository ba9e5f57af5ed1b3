import { sh } from './sh.ts'

/** Reads a line of authorized_keys as sshd does (auth2-pubkeyfile.c): options end at the first blank outside quotes. */
export const lineReader = sh`
  # What a lockdown has made a comment of, as it was before.
  function unlocked(line) {
    sub(/^#rekey-locked /, "", line)
    return line
  }
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
