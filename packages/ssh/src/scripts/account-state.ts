import { sh } from './sh.ts'

/**
 * What of an account keeps its password from being changed, or would make a change do harm, found before anything is written.
 * Root reads it in shadow(5), in days since 1970. The account itself is told by `passwd -S` or `chage -l`, where there is one; where
 * there is none, its passwd has the last word.
 */
export const accountState = sh`
rekey_check_state() {
  # An account of LDAP, NIS or a domain has its password elsewhere, shared with other hosts.
  while IFS=: read -r entry rest; do
    [ "$entry" != "$account" ] || break
  done </etc/passwd
  [ "$entry" = "$account" ] || rekey_refuse not-local
  today=$(($(date +%s) / 86400))
  if [ -O / ]; then rekey_check_shadow; else rekey_check_own; fi
} 2>/dev/null

# Root is bound by no age, and its change ends that of a password that has expired. But it would also open what somebody has locked; our own locks
# (lock-password.ts) are there to be replaced.
rekey_check_shadow() {
  while IFS=: read -r entry hash changed least most warning inactive expires rest; do
    [ "$entry" != "$account" ] || break
  done </etc/shadow
  [ "$entry" = "$account" ] || return 0
  case $hash in
    '*rekey-locked') ;;
    '!'* | '*'*) rekey_refuse locked ;;
  esac
  hash=''
  case $expires in
    '' | *[!0-9]* | ????????*) ;;
    *) [ "$today" -lt "$expires" ] || rekey_refuse account-expired ;;
  esac
}

rekey_check_own() {
  own=$({ passwd -S; chage -l "$account"; } | account=$account awk '
    # Days since 1970 of a date of the Gregorian calendar.
    function days(year, month, day,    shifted) {
      shifted = int((14 - month) / 12)
      year += 4800 - shifted
      month += 12 * shifted - 3
      return day + int((153 * month + 2) / 5) + 365 * year + int(year / 4) - int(year / 100) + int(year / 400) - 32045 - 2440588
    }
    # As shadow-utils write it, now and formerly: 2026-11-24, 11/24/2026, Nov 24, 2026. Nothing else is one.
    function read_date(text,    part) {
      if (text ~ /^[0-9]+-[0-9]+-[0-9]+$/) { split(text, part, "-"); return days(part[1], part[2], part[3]) }
      if (text ~ /^[0-9]+\/[0-9]+\/[0-9]+$/) { split(text, part, "/"); return days(part[3], part[1], part[2]) }
      if (text !~ /^[A-Z][a-z][a-z] [0-9]+, [0-9]+$/) return 0
      split(text, part, /[ ,]+/)
      return days(part[3], (index("JanFebMarAprMayJunJulAugSepOctNovDec", part[1]) + 2) / 3, part[2])
    }
    $1 == ENVIRON["account"] && NF > 3 { locked = $2 ~ /^L/; changed = read_date($3); least = $4 }
    /^Last password change/ { sub(/^[^:]*: */, ""); changed = read_date($0) }
    /^Minimum number of days/ { least = $NF }
    END { print locked + 0, (changed > 0 && least ~ /^[0-9]+$/ && least > 0 ? changed + least : 0) }')
  [ "\${own% *}" != 1 ] || rekey_refuse locked
  [ "$today" -ge "\${own#* }" ] || rekey_refuse too-soon "\${own#* }"
}
`
