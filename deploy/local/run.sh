#!/bin/sh
# Sets up what this checkout needs, then runs one of its commands: demo, test, test-full, up, down, status, lab, bench, setup.
# Plain sh, as nothing is installed yet: `npm run demo` and `npm test` come here first.
set -eu
cd "$(dirname "$0")/../.."

fail() {
  printf 'rekey: %s\n' "$*" >&2
  exit 1
}

command -v node >/dev/null 2>&1 || fail 'Node is missing: install version 20.11 or newer from https://nodejs.org (Debian 12 has only 18)'
node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 11) ? 0 : 1)' ||
  fail "Node is too old ($(node --version)): version 20.11 or newer is needed, from https://nodejs.org (Debian 12 has only 18)"
command -v flock >/dev/null 2>&1 || fail 'flock is missing: install the Debian package util-linux'

# Set-ups take turns, so that a test and a demo can be started at the same time.
mkdir -p .rekey
exec 9>.rekey/setup.lock
flock -n 9 || { echo 'Another set-up of this checkout is under way; waiting for it …'; flock 9; }
node deploy/local/setup/setup.mjs "$@" 9>&-
exec 9>&-

exec node deploy/local/setup/command.mjs "$@"
