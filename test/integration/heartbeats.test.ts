import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Secret } from '@rekey/domain'
import { freeSubnet, makeKey, startLab } from '@rekey/lab'
import type { LabHost } from '@rekey/lab'
import { makeKey as makeUserKey } from '@rekey/ssh'
import { until } from '../faults/harness/system.ts'
import { ApiSystem } from './api-system.ts'
import { RealHosts } from './real-hosts.ts'

/*
 * Heartbeats on real hosts: a whole Rekey with keys, and visits with passwords, where PAM takes seconds for a wrong one and the way back waits a quarter of an hour.
 */

interface Finding { readonly kind: string, readonly places: readonly string[], readonly since: string, readonly detail: string }

const everySeconds = 10
let system: ApiSystem

beforeAll(async () => {
  system = await ApiSystem.start(200)
  await system.adopt('web-1/deploy', 'web-2/deploy')
})
afterAll(async () => await system.stop())

async function watch (onDrift: 'report' | 'rotate'): Promise<void> {
  const { status } = await system.api.send('PUT', '/v1/policies/production/watched', { body: { priority: 1, selector: {}, heartbeat: { everySeconds, onDrift } } })
  expect(status).toBeLessThan(300)
}

/** What sshd says of an account's secrets that were shown to it. */
async function refusals (host: LabHost, account: string): Promise<number> {
  return (await host.connections()).flatMap(({ verdicts }) => verdicts).filter((one) => one.account === account && one.verdict === 'refused').length
}

async function setKey (host: LabHost, account: string, publicKey: string): Promise<void> {
  const { code, stderr } = await host.run(`echo '${publicKey} by hand' > ${host.home(account)}/.ssh/authorized_keys`)
  if (code !== 0) throw new Error(stderr)
}

const findings = async (kind = 'drift'): Promise<Finding[]> => (await system.api.get<{ items: Finding[] }>(`/v1/findings?kind=${kind}`)).body.items

test('a heartbeat tells that a secret opens still, and changes nothing', async () => {
  const before = await system.view(system.place('web-1/deploy'))
  expect(before).toMatchObject({ heartbeat: null, nextHeartbeatAt: null })
  await watch('report')
  const after = await system.becomes(system.place('web-1/deploy'), 'is verified', ({ heartbeat }) => heartbeat?.outcome === 'opened')
  expect(after).toMatchObject({ epoch: before.epoch, fingerprint: before.fingerprint, status: 'settled', nextHeartbeatAt: expect.any(String) as string })
  expect(Date.parse(after.verifiedAt ?? '')).toBeGreaterThan(Date.parse(before.verifiedAt ?? ''))
  expect(await findings()).toEqual([])
}, 40_000)

test('a key that was changed by hand is a finding after exactly one refusal, and a host that is off is none', async () => {
  const [web1, web2] = [system.lab.host('web-1'), system.lab.host('web-2')]
  await web1.stop()
  const before = await refusals(web2, 'deploy')
  await setKey(web2, 'deploy', makeKey().publicKey)
  await until('the drift is found', async () => (await findings()).length > 0 || undefined, 30)
  await system.becomes(system.place('web-1/deploy'), 'is out of reach', ({ heartbeat }) => heartbeat?.outcome === 'unreachable')
  // A further one would be due in that.
  await wait(1.2 * everySeconds * 1000)
  expect(await findings()).toMatchObject([{ kind: 'drift', places: ['production/web-2/deploy/ssh-key'], detail: 'the current secret is refused' }])
  expect(await refusals(web2, 'deploy') - before).toBe(1)
  // The document tells of a drift before the state does, which a full scan may be writing, too.
  expect(await system.becomes(system.place('web-2/deploy'), 'is told to be refused', ({ heartbeat }) => heartbeat?.outcome === 'refused')).toMatchObject({ hold: null, status: 'settled', nextHeartbeatAt: null })
  expect(await system.view(system.place('web-1/deploy'))).toMatchObject({ hold: null, drift: null, lastFailure: null })
  await until('it is found that nobody has verified it for long', async () => (await findings('unverified')).some(({ places }) => places[0] === 'production/web-1/deploy/ssh-key') || undefined, 30)
  await web1.start()
  await system.becomes(system.place('web-1/deploy'), 'is verified again', ({ heartbeat }) => heartbeat?.outcome === 'opened')
  expect(await findings('unverified')).toEqual([])
})

test('where the policy says so, what a recorded secret opens is brought back with a new one, and else it is a hold', async () => {
  const first = system.place('web-1/deploy').key
  await system.done('production', await system.order('web-1'))
  const before = await system.view(system.place('web-1/deploy'))
  await setKey(system.lab.host('web-1'), 'deploy', first.publicKey)
  await watch('rotate')
  const after = await system.becomes(system.place('web-1/deploy'), 'is brought back', ({ drift, status }) => drift?.endedAt != null && status === 'settled')
  expect(after).toMatchObject({ hold: null, debts: [], drift: { opened: before.rotations[0]?.oldFingerprint } })
  expect(after.epoch).toBeGreaterThan(before.epoch)
  expect((await findings()).map(({ places }) => places)).toEqual([['production/web-2/deploy/ssh-key']])
  await system.becomes(system.place('web-2/deploy'), 'is held', ({ hold }) => hold?.class === 'locked-out')
})

test('a password that was changed by hand is shown once, and brought back by the recovery credential once the host has forgotten each wrong one', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'rekey-heartbeats-'))
  const root = makeUserKey()
  const first = Secret.of('the first one')
  const lab = await startLab({
    dir,
    hosts: [{ name: 'passwords', address: `127.1.${await freeSubnet(204, 208)}.1`, accounts: [{ name: 'root', authorizedKeys: `${root.publicKey} root\n` }, { name: 'app', password: first.open() }] }]
  })
  try {
    const host = lab.host('passwords')
    const real = new RealHosts(lab)
    const record = real.zone.hosts.get('passwords')
    if (record === undefined) throw new Error('no host')
    real.zone.putHost({ ...record, recovery: { account: 'root', name: 'ssh-key' } })
    real.handOver('passwords', 'root', root)
    const name = real.handOver('passwords', 'app', { password: first })
    await real.visit('passwords')
    const policy = { name: 'watched', priority: 1, selector: {}, revision: 1, changedBy: 'ada', changedAt: new Date().toISOString() }
    real.zone.policies.push({ ...policy, heartbeat: { everySeconds: 3600, onDrift: 'report' } })
    await host.run("echo 'app:changed by hand' | chpasswd")
    const before = await refusals(host, 'app')
    for (let look = 0; look < 4; look += 1) {
      real.passes(3600)
      await real.visit('passwords')
    }
    expect(await refusals(host, 'app') - before).toBe(1)
    expect(real.state(name)).toMatchObject({ hold: null, drift: { opened: null, endedAt: null }, heartbeat: { outcome: 'refused' } })
    expect(real.state({ ...name, account: 'root', name: 'ssh-key' })).toMatchObject({ drift: null, heartbeat: { outcome: 'opened' } })

    real.zone.policies[0] = { ...policy, heartbeat: { everySeconds: 3600, onDrift: 'rotate' } }
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await real.visit('passwords')
      real.passes(1100)
    }
    expect(real.state(name)).toMatchObject({ status: 'settled', hold: null, debts: [], drift: { endedAt: expect.any(String) as string } })
    expect(real.document(name).current.epoch).toBeGreaterThan(1)
  } finally {
    await lab.stop()
    await rm(dir, { recursive: true })
  }
})
