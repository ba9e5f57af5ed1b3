import { lineReader } from './line-reader.ts'
import { sh } from './sh.ts'

/*
 * Looks at a host and changes nothing. It prints records of words, one after the other, and their end; what it prints is bounded, and
 * so is how long it looks (`most` bytes, `seconds`). Of a password its state is told and never its hash, of a private key its
 * fingerprint, which ssh-keygen tells on the host.
 *
 *     me deploy 1000                        who looks
 *     sshd OpenSSH_9.2p1                    its version
 *     set permitrootlogin yes               what sshd -T says of what may be weak, and of other ways in
 *     hostkey ssh-ed25519 AAAA…
 *     ca - ssh-ed25519 AAAA…                of the whole host; of one account by its line
 *     account app 1001 set 20512 no         uid, password, day of its last change, whether sudo makes it root
 *     key app ssh-ed25519 AAAA… options     or `plain`
 *     private app open SHA256:…             or `sealed`, by a passphrase
 *     cut                                   not everything is told
 *     end
 */

/** What lets others in than the keys that are listed (sshd_config(5)). */
export const otherWays = ['trustedusercakeys', 'authorizedkeyscommand', 'authorizedprincipalscommand', 'authorizedprincipalsfile'] as const
/** The same, and what may be weak. */
export const settingsAskedFor = [
  'permitrootlogin', 'passwordauthentication', 'permitemptypasswords', 'strictmodes', 'hostbasedauthentication', 'permituserenvironment', 'ciphers', 'macs', 'kexalgorithms', ...otherWays
] as const

export const survey = sh`
rekey_survey() {
  rekey_start
  started=$(date +%s)
  { printf '\nrekey:%s%s:' "$nonce_a" "$nonce_b"; rekey_look | rekey_bound; printf '\n'; }
  exit 0
}

# Joins the records to one line of so many bytes at most.
rekey_bound() {
  most=$most awk '
    { size += length($0) + 1; if (size > ENVIRON["most"]) { isCut = 1; exit } printf "%s|", $0 }
    END { print isCut ? "cut|end" : "end" }
  '
}

rekey_late() {
  [ $(($(date +%s) - started)) -ge "$seconds" ]
}

rekey_look() {
  echo "me $(id -un) $(id -u)"
  sshd -V 2>&1 | awk 'match($0, /OpenSSH_[A-Za-z0-9._]+/) { print "sshd " substr($0, RSTART, RLENGTH); exit }'
  if [ -O / ]; then
    whole=$(sshd -T)
    rekey_settings "$settings" "$whole"
    for file in $(printf '%s\n' "$whole" | awk 'tolower($1) == "hostkey" { print $2 }'); do
      if [ -f "$file.pub" ]; then
        rekey_print_keys hostkey "$file.pub"
      else
        ssh-keygen -y -P '' -f "$file" | rekey_read_keys hostkey
      fi
    done
    file=$(printf '%s\n' "$whole" | awk 'tolower($1) == "trustedusercakeys" && tolower($2) != "none" { print $2; exit }')
    [ ! -f "$file" ] || rekey_print_keys 'ca -' "$file"
  fi
  rekey_accounts | while IFS=' ' read -r account uid entry_home; do
    if rekey_late; then
      echo cut
      break
    fi
    home=$entry_home
    rekey_look_at_account </dev/null
  done
} 2>/dev/null

# Of what sshd -T says, $2, those that $1 names, but for what is off.
rekey_settings() {
  printf '%s\n' "$2" | names=",$1," awk 'index(ENVIRON["names"], "," tolower($1) ",") && tolower($2) != "none" { print "set", tolower($1), $2 }'
}

# Accounts with a shell, by the user database: name, uid, home. Others see themselves.
rekey_accounts() {
  { getent passwd || cat /etc/passwd; } | only=$([ -O / ] || id -un) awk -F : '
    ENVIRON["only"] != "" && $1 != ENVIRON["only"] { next }
    $7 ~ /\/(nologin|false|sync|halt|shutdown)$/ { next }
    $1 !~ /^[A-Za-z_][A-Za-z0-9_.-]*$/ || $3 !~ /^[0-9]+$/ { next }
    { print $1, $3, ($6 ~ /^\// ? $6 : "/") }
  '
}

rekey_look_at_account() {
  told=''
  echo "account $account $uid $(rekey_password) $(rekey_root_right)"
  ssh=$home/.ssh
  defaults=$ssh/authorized_keys$nl$ssh/authorized_keys2
  rekey_find_files
  rekey_keep_readable "$files"
  for file in $readable; do
    rekey_print_keys "$account" "$file"
  done
  rekey_settings "$ways" "$told"
  rekey_private_keys
}

# State and day of last change. The hash is looked at, and not printed.
rekey_password() {
  [ -r /etc/shadow ] || { echo 'unknown -'; return; }
  account=$account today=$(($(date +%s) / 86400)) awk -F : '
    $1 == ENVIRON["account"] {
      state = "set"
      if ($2 == "") state = "none"
      else if ($2 ~ /^[!*]/) state = "locked"
      else if ($8 ~ /^[0-9]+$/ && $8 <= ENVIRON["today"]) state = "expired"
      else if ($3 == "0" || ($3 ~ /^[0-9]+$/ && $5 ~ /^[0-9]+$/ && $3 + $5 < ENVIRON["today"])) state = "expired"
      print state, ($3 ~ /^[0-9]+$/ ? $3 : "-")
      found = 1
      exit
    }
    END { if (!found) print "unknown -" }
  ' </etc/shadow
}

# Whether it becomes root: by sudo's own word for it.
rekey_root_right() {
  if [ "$uid" = 0 ]; then echo yes; return; fi
  command -v sudo >/dev/null || { echo no; return; }
  { if [ -O / ]; then sudo -n -l -U "$account"; else sudo -n -l; fi; } 2>&1 | awk '
    /^ +\(/ {
      match($0, /\([^)]*\)/)
      as = substr($0, RSTART + 1, RLENGTH - 2)
      sub(/:.*/, "", as)
      what = substr($0, RSTART + RLENGTH)
      if (("," as ",") !~ /[, ](ALL|root)[, ]/) next
      isFree = what ~ /NOPASSWD:/
      isAll = what ~ /(^|[ ,:])ALL *(,|$)/
      if (isAll && isFree) right = "yes"
      else if (isAll && right != "yes") right = "with-password"
      else if (right == "") right = "some-commands"
    }
    /is not allowed to run sudo/ { denied = 1 }
    /password is required/ { unseen = 1 }
    END { print right != "" ? right : unseen && !denied ? "unknown" : "no" }
  '
}

# Prints "$1 type body" of each line of a file of keys; with an account for $1, what its line is.
rekey_print_keys() {
  rekey_read_keys "$1" <"$2"
}

rekey_read_keys() {
  of=$1 awk '
` + lineReader + sh`
    NR > 4000 { print "cut"; exit }
    read_line($0) && type ~ /^(ssh|ecdsa|sk)-[a-z0-9@.-]+$/ && body ~ /^[A-Za-z0-9+\/]+=*$/ {
      of = ENVIRON["of"]
      if (of ~ /^(hostkey|ca -)$/) print of, type, body
      else if (!opens()) print "ca", of, type, body
      else print "key", of, type, body, (options == "" ? "plain" : "options")
    }
  '
}

# Private keys in the home and its .ssh. Through a pipe, as ssh-keygen refuses a file of ours that others may read.
rekey_private_keys() {
  command -v ssh-keygen >/dev/null || return 0
  seen=0
  for file in $(find "$home" "$home/.ssh" -maxdepth 1 -type f -size -65 -exec grep -l -e '^-----BEGIN .*PRIVATE KEY-----' {} + | head -n 33); do
    case $file in
      */ssh_host_*) continue ;;
    esac
    seen=$((seen + 1))
    if [ "$seen" -gt 32 ] || rekey_late; then echo cut; return 0; fi
    public=$(head -c 32768 <"$file" | ssh-keygen -y -P '' -f /dev/stdin)
    state=open
    print=$(printf '%s\n' "$public" | ssh-keygen -l -f -)
    case $print in
      *SHA256:*) ;;
      *)
        state=sealed
        print=$(ssh-keygen -l -f "$file") ;;
    esac
    printf '%s\n' "$print" | state=$state of=$account awk '$2 ~ /^SHA256:[A-Za-z0-9+\/]+$/ { print "private", ENVIRON["of"], ENVIRON["state"], $2; exit }'
  done
}

# What finds the files of keys refuses where there are none.
rekey_refuse() {
  files=''
}
`
