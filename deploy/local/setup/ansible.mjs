import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, state } from './say.mjs'
import { installVenv } from './venv.mjs'

const venv = join(state, 'tools/ansible')

/** What the full test deploys with; nothing that runs needs it. */
export async function installAnsible () {
  await installVenv({
    name: 'ansible',
    what: 'Installing ansible-core for the tests, checked against its hashes (a download of 10 MB)',
    requirements: join(root, 'deploy/local/ansible.txt'),
    venv,
    hint: 'pip could not install ansible-core. What is pinned is for Debian 12\'s python3 (3.11) on x86_64 and aarch64, and comes from the Python package index.',
    isThere: () => existsSync(join(venv, 'bin/ansible-playbook'))
  })
}
