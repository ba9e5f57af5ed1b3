#!/bin/sh
# What `npm run …` and `npm test` call: installs what is lacking, builds, and hands over.
# Plain sh, as it runs before anything is installed: sh deploy/local/run.sh COMMAND ARGS…
set -eu
umask 022

fail () {
  printf 'rekey: %s\n' "$1" >&2
  exit 1
}

command=${1:-}
case $command in
  demo | tour | test | test-full | fuzz | up | lab | bench | bench-leases | drill | setup | down | status) shift ;;
  *) fail "use: sh deploy/local/run.sh demo|tour|test|test-full|fuzz|up|down|status|lab|bench|bench-leases|drill|setup, and the command's own arguments" ;;
esac

# The folder that a person named with --dir is meant from where he stands.
: "${INIT_CWD:=$(pwd)}"
export INIT_CWD
cd "$(dirname "$0")/../.."
root=$(pwd -P)

[ "$(uname -s)" = Linux ] || fail "this needs Linux (Debian 13 or 12); this is $(uname -s). A virtual machine will do."
[ "$(id -u)" = 0 ] || fail "this needs root: it gives each server a user id and a mount namespace of its own, and installs Debian packages that are missing. Run the same command as root, on a machine that you can spare."

nodeHelp='On Debian 13: apt-get install nodejs npm. Elsewhere take 20, 22 or 24 from https://nodejs.org (unpack it and put its bin folder first in PATH).'
command -v node > /dev/null || fail "Node.js is not installed, or not in PATH. $nodeHelp"
command -v npm > /dev/null || fail "npm is not installed, or not in PATH; it comes with Node.js. $nodeHelp"
# Old syntax on purpose: a Node.js from long ago must be able to answer.
node -e 'var v = process.versions.node.split("."); process.exit(+v[0] > 20 || (+v[0] === 20 && +v[1] >= 11) ? 0 : 1)' ||
  fail "Node.js $(node -v) is too old: 20.11 is the least. $nodeHelp"

state=$root/.rekey
mkdir -p "$state/logs"
# npm and pip keep their caches there; without a home they would write to the root folder.
if [ -z "${HOME:-}" ] || [ ! -d "$HOME" ]; then
  HOME=$state/home
  mkdir -p "$HOME"
  export HOME
fi

# One at a time installs; the lock goes when this shell closes it, however it ends.
exec 9> "$state/setup.lock"
if command -v flock > /dev/null && ! flock -n 9; then
  echo 'Another command is setting up in this folder: waiting for it.'
  flock 9
fi
node deploy/local/setup/setup.mjs "$command" || exit $?
exec 9>&-

case $command in
  setup) ;;
  demo) exec node deploy/demo/dist/main.js "$@" ;;
  tour) exec node deploy/demo/dist/tour.js "$@" ;;
  lab) exec node test/lab/dist/main.js "$@" ;;
  bench) exec node test/bench/dist/main.js "$@" ;;
  bench-leases) exec node test/bench/dist/leases.js "$@" ;;
  drill) exec node test/drill/dist/main.js "$@" ;;
  test) exec node deploy/local/setup/tests.mjs "$@" ;;
  fuzz) REKEY_FUZZ_EXAMPLES=${REKEY_FUZZ_EXAMPLES:-1000} REKEY_FUZZ_SEED=${REKEY_FUZZ_SEED:-$(date +%s)} exec node deploy/local/setup/tests.mjs --selectProjects system --testPathPatterns test/fuzz "$@" ;;
  test-full) REKEY_FULL=1 exec node deploy/local/setup/tests.mjs "$@" ;;
  *) exec node deploy/local/dist/main.js "$command" "$@" ;;
esac
