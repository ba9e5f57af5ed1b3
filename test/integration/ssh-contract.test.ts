import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DialPolicy } from '@rekey/domain'
import { startLab } from '@rekey/lab'
import type { Lab, LabHost } from '@rekey/lab'
import { createHostAccess, makeKey } from '@rekey/ssh'
import { hostAccessContract } from '../../packages/rotation/test/host-access.contract.ts'

let folder: string
let lab: Lab
let count = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-ssh-'))
  lab = await startLab({ dir: folder, hosts: [{ name: 'contract', address: '127.1.100.1', accounts: [{ name: 'root' }] }] })
})
afterAll(async () => {
  await lab.stop()
  await rm(folder, { recursive: true })
})

hostAccessContract('over SSH', async () => {
  const host: LabHost = lab.host('contract')
  const account = `user${count += 1}`
  const ssh = `/home/${account}/.ssh`
  const run = async (command: string): Promise<string> => {
    const { code, stdout, stderr } = await host.run(command)
    if (code !== 0) throw new Error(stderr)
    return stdout
  }
  await run(`useradd -m -s /bin/bash ${account} && mkdir -m 700 ${ssh} && touch ${ssh}/authorized_keys && chown -R ${account}: ${ssh}`)
  let port = host.port
  return {
    access: createHostAccess({ dialPolicy: new DialPolicy(['127.1.0.0/16']), stepTimeoutMs: 10_000 }),
    get target () {
      return { address: host.address, port, hostKeys: host.hostKeys, account, via: null }
    },
    credential: { zone: 'production', host: 'contract', account, name: 'ssh-key' },
    makeKey,
    grant: async (key) => { await run(`echo '${key.publicKey} granted' >>${ssh}/authorized_keys`) },
    holds: async (key) => (await host.read(`${ssh}/authorized_keys`)).includes(key.publicKey),
    spoilFence: async ({ name }) => { await run(`mkdir -m 700 ${ssh}/.rekey && echo nonsense >${ssh}/.rekey/${name} && chown -R ${account}: ${ssh}/.rekey`) },
    wantMoreFactors: async () => {
      await run(`printf 'Match User ${account}\\n  AuthenticationMethods publickey,publickey\\n' >>/etc/ssh/sshd_config && kill -HUP 1 && sleep 0.5`)
    },
    forbidCommands: async () => { await run(`usermod -s /usr/sbin/nologin ${account}`) },
    goAway: () => { port = 1; return Promise.resolve() },
    close: () => Promise.resolve()
  }
})
