import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatName, Secret } from '@rekey/domain'
import type { CredentialName, HandedOver } from '@rekey/domain'
import { freeSubnet, makeOddFleet, startLab } from '@rekey/lab'
import type { HostSpec, Lab, OddFleet } from '@rekey/lab'
import { parsePrivateKey } from '@rekey/ssh'
import { isFull } from '../packaging/full.ts'
import { RealHosts } from './real-hosts.ts'

/* Every peculiarity that the laboratory knows, adopted and rotated once, each judged by what it comes to; in the full test also on Debian 13. */

const zone = 'odd'
const outcomes: ReadonlyArray<[host: string, account: string, name: string, outcome: string, through?: string]> = [
  ['password', 'app', 'password', 'settled by password'],
  ['key-and-password', 'deploy', 'ssh-key', 'settled by publickey'],
  ['key-and-password', 'deploy', 'password', 'settled by password'],
  ['root-password', 'root', 'password', 'settled by password'],
  ['sudo-nopasswd', 'admin', 'ssh-key', 'settled by publickey'],
  ['sudo-nopasswd', 'app', 'password', 'settled by password', 'admin/ssh-key'],
  ['sudo-password', 'admin', 'password', 'settled by password'],
  ['sudo-password', 'app', 'password', 'settled by password', 'admin/password'],
  ['faillock', 'app', 'password', 'settled by password'],
  ['pwquality', 'app', 'password', 'settled by password'],
  ['pwhistory', 'app', 'password', 'settled by password'],
  ['keys-elsewhere', 'admin', 'ssh-key', 'settled by publickey', 'admin/ssh-key'],
  ['keys-elsewhere', 'deploy', 'ssh-key', 'settled by publickey', 'admin/ssh-key'],
  ['forced-command', 'admin', 'ssh-key', 'settled by publickey'],
  ['forced-command', 'backup', 'ssh-key', 'settled by publickey, no command ran', 'admin/ssh-key'],
  ['nologin', 'admin', 'ssh-key', 'settled by publickey'],
  ['nologin', 'service', 'password', 'settled by password, no command ran', 'admin/ssh-key'],
  ['keyboard-interactive', 'app', 'password', 'settled by keyboard-interactive'],
  ['second-factor', 'deploy', 'ssh-key', 'refused: host/more-factors'],
  ['second-factor', 'deploy', 'password', 'refused: host/more-factors'],
  ['expired', 'admin', 'ssh-key', 'settled by publickey'],
  ['expired', 'app', 'password', 'settled by password', 'admin/ssh-key'],
  ['too-young', 'app', 'password', 'rotating: host/too-young'],
  ['locked', 'deploy', 'ssh-key', 'settled by publickey'],
  ['locked', 'deploy', 'password', 'refused: host/opens-nothing'],
  ['busybox-key', 'app', 'ssh-key', 'settled by publickey'],
  ['busybox-key', 'root', 'ssh-key', 'settled by publickey'],
  ['busybox-password', 'app', 'password', 'settled by password'],
  ['busybox-password', 'root', 'password', 'settled by password'],
  ['keys-only', 'admin', 'ssh-key', 'settled by publickey'],
  ['keys-only', 'admin', 'password', 'settled by su', 'admin/ssh-key'],
  ['keys-only', 'app', 'password', 'settled by su', 'admin/ssh-key']
]

/** What Debian 13 of the laboratory does not have. */
const onMachineOnly = ['pwquality', 'busybox-key', 'busybox-password']

const systems: ReadonlyArray<NonNullable<HostSpec['system']>> = isFull ? ['machine', 'debian-13'] : ['machine']

describe.each(systems)('with the programs of %s', (system) => {
  const tried = outcomes.filter(([host]) => system === 'machine' || !onMachineOnly.includes(host))
  let folder: string
  let lab: Lab
  let fleet: OddFleet
  let real: RealHosts

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rekey-odd-fleet-'))
    fleet = makeOddFleet({ zone, subnet: await freeSubnet(130, 140), only: [...new Set(tried.map(([host]) => host))], noDelay: true })
    lab = await startLab({ dir: folder, hosts: fleet.hosts.map((host) => ({ ...host, system })) })
    real = new RealHosts(lab)
    for (const [slug, account, name, , through] of tried) {
      const [helper = '', own = ''] = through?.split('/') ?? []
      real.handOver(`${zone}-${slug}`, account, secretOf(slug, account, name), through === undefined ? null : { account: helper, name: own })
    }
    await Promise.all(lab.hosts.map(async ({ name }) => { await real.visit(name) }))
    real.zone.putOrder({ zone: real.zone.name, number: 1, campaign: 'c', scope: {}, reason: 'test', requestedBy: 'ada', requestedAt: new Date().toISOString() })
    await Promise.all(lab.hosts.map(async ({ name }) => { await real.visit(name) }))
  })
  afterAll(async () => {
    await lab.stop()
    await rm(folder, { recursive: true })
  })

  function secretOf (slug: string, account: string, name: string): HandedOver {
    const is = (one: { host: string, account: string }): boolean => one.host === `${zone}-${slug}` && one.account === account
    if (name === 'password') return { password: Secret.of(fleet.passwords.find(is)?.password ?? '') }
    return parsePrivateKey(fleet.keys.find(is)?.privateKey ?? '')
  }

  function outcomeOf (name: CredentialName): string {
    const { status, lastFailure, rotations: [rotation] } = real.state(name)
    if (status !== 'settled') return `${status}: ${lastFailure?.code ?? ''} ${lastFailure?.message ?? ''}`
    if (rotation === undefined) return 'settled, never rotated'
    return `settled by ${rotation.proof.by}${rotation.proof.ranCommand ? '' : ', no command ran'}`
  }

  test.each(tried)('on %s, %s/%s: %s', (slug, account, name, outcome) => {
    const id = real.name(`${zone}-${slug}`, account, name)
    expect(`${formatName(id)}: ${outcomeOf(id)}`).toContain(outcome)
  })
})
