import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '@rekey/domain'
import type { CredentialName } from '@rekey/domain'
import { freeSubnet, startLab } from '@rekey/lab'
import type { Lab, LabHost } from '@rekey/lab'
import { makeKey } from '@rekey/ssh'
import { RealHosts } from './real-hosts.ts'

/** Hosts whose disk is put back to what it was some rotations ago: homes, shadow file and the rotator's own fence. */

const key = makeKey()
const password = Secret.of('the first one')
let folder: string
let lab: Lab
let real: RealHosts

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-restored-'))
  const subnet = await freeSubnet(120, 130)
  lab = await startLab({
    dir: folder,
    hosts: [
      { name: 'keys', address: `127.1.${subnet}.1`, accounts: [{ name: 'app', authorizedKeys: `from="127.0.0.0/8" ${key.publicKey} app\n` }] },
      { name: 'hardened', address: `127.1.${subnet}.3`, accounts: [{ name: 'app', authorizedKeys: `from="127.0.0.0/8" ${key.publicKey} app\n` }], sshdConfig: ['MaxAuthTries 3'] },
      { name: 'passwords', address: `127.1.${subnet}.2`, accounts: [{ name: 'app', password: password.open() }], pam: { noDelay: true } }
    ]
  })
  real = new RealHosts(lab)
})
afterAll(async () => {
  await lab.stop()
  await rm(folder, { recursive: true })
})

async function must (host: LabHost, command: string): Promise<void> {
  const { code, stderr } = await host.run(command)
  if (code !== 0) throw new Error(stderr)
}

/** Rotates so often after a snapshot, restores it, and orders once more. @returns what the snapshot's secret is */
async function restore (name: CredentialName, rotations: number): Promise<string> {
  const host = lab.host(name.host)
  await real.rotate(name.host, name.account, name.name)
  const { fingerprint } = real.document(name).current
  await must(host, 'tar -C / -cf /root/snapshot.tar home etc/shadow')
  for (let rotation = 0; rotation < rotations; rotation += 1) await real.rotate(name.host, name.account, name.name)
  await must(host, 'rm -rf /home/app/.ssh && tar -C / -xf /root/snapshot.tar')
  await real.rotate(name.host, name.account, name.name)
  return fingerprint
}

test.each(['keys', 'hardened'])('a key is brought back in one visit, with the options of its line, and all before it are proven dead: %s', async (host) => {
  const name = real.handOver(host, 'app', key)
  await real.visit(host)
  const opened = await restore(name, 3)
  expect(real.state(name)).toMatchObject({ status: 'settled', order: real.zone.orders.size, hold: null, debts: [], drift: { opened, endedAt: expect.any(String) as string } })
  const { current, history } = real.document(name)
  expect(history.filter(({ proof }) => proof.newAccepted === current.fingerprint).map(({ fingerprint }) => fingerprint)).toContain(opened)
  const lines = await lab.host(host).read('/home/app/.ssh/authorized_keys')
  if (!('publicKey' in current)) throw new Error('no key')
  expect(lines.trim().split('\n')).toEqual([expect.stringMatching(/^from="127\.0\.0\.0\/8" /)])
  expect(lines).toContain(current.publicKey)
})

test('a password is found with one more wrong try an attempt, a quarter of an hour apart, and replaced', async () => {
  const name = real.handOver('passwords', 'app', { password })
  await real.visit('passwords')
  const rotations = 3
  const opened = await restore(name, rotations)
  for (let attempt = 1; attempt < rotations; attempt += 1) {
    expect(real.state(name)).toMatchObject({ hold: null, lastFailure: { code: 'host/locked-out' } })
    // Not before the host has forgotten the failures.
    await real.visit('passwords')
    real.passes(1100)
    await real.visit('passwords')
  }
  expect(real.state(name)).toMatchObject({ status: 'settled', order: real.zone.orders.size, hold: null, debts: [], drift: { opened, endedAt: expect.any(String) as string } })
})
