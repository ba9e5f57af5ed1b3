import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { stateRoot } from '@rekey/local'
import { execute } from '../lab/test/stock-ssh.ts'
import { describeFull } from '../packaging/full.ts'
import { CiSystem } from './ci-system.ts'

/* ansible-core, as the package index has it, deploys to real hosts over leased keys. */

describeFull('a playbook run under rekey lease', () => {
  const playbook = join(stateRoot, 'tools/ansible/bin/ansible-playbook')
  let ci: CiSystem
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rekey-ansible-'))
    ci = await CiSystem.start(204, 'web-1/deploy', 'web-2/deploy')
    await ci.grant('shop', { accounts: ['deploy'] })
    await writeFile(join(folder, 'site.yml'), `- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.copy: { content: "version 1.4.2\\n", dest: ./release, mode: "0644" }
    - ansible.builtin.command: id -un
      register: user
      changed_when: false
    - ansible.builtin.assert: { that: user.stdout == "deploy" }
`)
  })

  afterAll(async () => {
    await ci.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const play = async (before = '') => await ci.rekey(['lease', '--account', 'deploy', '--audience', 'rekey-production', '--', 'sh', '-c', `${before} exec ${playbook} -i "$REKEY_INVENTORY" ${join(folder, 'site.yml')}`],
    { ANSIBLE_HOME: join(folder, 'ansible'), ANSIBLE_LOCALHOST_WARNING: 'False', ANSIBLE_NOCOLOR: '1', LC_ALL: 'C.UTF-8' })

  test('deploys to every leased host', async () => {
    const { code, stdout, stderr } = await play()
    expect([code, stdout, stderr]).toEqual([0, expect.stringMatching(/web-1 .*ok=3 +changed=1 +unreachable=0 +failed=0[^]*web-2 .*ok=3 +changed=1 +unreachable=0 +failed=0/), expect.anything()])
    for (const host of ['web-1', 'web-2'].map(name => ci.system.lab.host(name))) expect((await host.run(`cat ${host.home('deploy')}/release`)).stdout).toBe('version 1.4.2\n')
    expect(await ci.liveLeases()).toEqual([])
  })

  test('speaks to no host that shows another key, whatever its configuration says of host keys', async () => {
    await execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'other')])
    const other = (await readFile(join(folder, 'other.pub'), 'utf8')).split(' ').slice(0, 2).join(' ')
    const careless = 'export ANSIBLE_HOST_KEY_CHECKING=False ANSIBLE_SSH_ARGS="-o StrictHostKeyChecking=no" ANSIBLE_SSH_COMMON_ARGS="-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null";'
    const { code, stdout } = await play(`sed -i 's|ssh-ed25519 .*|${other}|' "$REKEY_KNOWN_HOSTS"; ${careless}`)
    expect([code, stdout]).toEqual([4, expect.stringContaining('Host key verification failed')])
  })
})
