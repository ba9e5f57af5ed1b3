import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFleet } from '../faults/harness/fleet.ts'
import { System, until } from '../faults/harness/system.ts'

let system: System

beforeAll(async () => {
  const fleet = makeFleet({ production: 2 })
  const [jump, inner] = fleet.hosts
  if (jump === undefined || inner === undefined) throw new Error('no hosts')
  system = await System.start({ ...fleet, hosts: [jump, { ...inner, via: jump.name }] })
})
afterAll(async () => await system.stop())

test('the services rotate a jump host and a host behind it under one order, and record who was passed through', async () => {
  const [jump, inner] = system.fleet.accounts
  if (jump === undefined || inner === undefined) throw new Error('no accounts')
  const { address, port, hostKeys } = system.lab.host(inner.host)
  const worker = await system.startWorker('production')
  await system.addHost(jump.host)
  const via = `${jump.host}/${jump.account}/ssh-key`
  await system.api.must('POST', '/v1/hosts', { zone: 'production', id: inner.host, address, port, hostKeys, via })
  // The one behind comes first, and waits for the way to it.
  await system.handOver(inner)
  await until('the way to be missed', async () => (await system.state(inner)).lastFailure?.message.includes('has no managed credential') === true ? true : undefined)
  await system.handOver(jump)
  await system.allSettled(0)

  const before = (await system.lab.host(jump.host).connections()).length
  await system.allSettled(await system.order('production'))
  for (const account of [jump, inner]) {
    expect(await system.state(account)).toMatchObject({ status: 'settled', epoch: 2, debts: [], hold: null })
    expect((await system.lines(account)).filter((line) => 'publicKey' in account.first && line.includes(account.first.publicKey))).toEqual([])
  }
  // Three for the rotation of its own key, and two to pass through at most, if a login came between.
  const passed = (await system.lab.host(jump.host).connections()).length - before - 3
  expect([0, 1, 2]).toContain(passed)
  const [file = ''] = await readdir(worker.auditDir)
  expect(await readFile(join(worker.auditDir, file), 'utf8')).toMatch(new RegExp(`"act":"jump","target":"production/${via}"`))
})
