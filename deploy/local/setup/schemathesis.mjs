import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, state } from './say.mjs'
import { installVenv } from './venv.mjs'

const venv = join(state, 'tools/schemathesis')

/** The fuzzer of the API's tests; nothing that runs needs it. */
export async function installSchemathesis () {
  await installVenv({
    name: 'schemathesis',
    what: 'Installing schemathesis for the tests, checked against its hashes (a download of 15 MB)',
    requirements: join(root, 'deploy/local/schemathesis.txt'),
    venv,
    hint: 'pip could not install schemathesis. What is pinned is for Debian 12\'s python3 (3.11) on x86_64 and aarch64, and comes from the Python package index.',
    isThere: () => existsSync(join(venv, 'bin/schemathesis'))
  })
}
