import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { CredentialState } from '@rekey/domain'
import { makeKey } from '@rekey/lab'
import type { FleetHost, KeyPair, Lab } from '@rekey/lab'
import type { ApiClient } from '@rekey/local'
import type { Check } from './check.ts'
import { check, decide } from './check.ts'
import type { StockSsh } from './judges.ts'
import { rekey } from './rekey.ts'
import { until } from './until.ts'

const zone = 'production'
const port = 22022

/** Hosts to which something happens that operators meet sooner or later, apart from those of the first day. */
export interface SecondDay {
  readonly hosts: readonly FleetHost[]
  readonly network: string
}

interface Account {
  readonly host: string
  readonly account: string
  readonly key: KeyPair
}

const gate: Account = { host: 'gate', account: 'deploy', key: makeKey() }
const inner: Account = { host: 'inner', account: 'deploy', key: makeKey() }
const lost: Account = { host: 'lost', account: 'deploy', key: makeKey() }
const root: Account = { host: 'lost', account: 'root', key: makeKey() }
const old: Account = { host: 'old', account: 'deploy', key: makeKey() }
const anew: Account = { host: 'anew', account: 'deploy', key: makeKey() }

/** @param subnet third octet of a network of its own */
export function makeSecondDay (subnet: number): SecondDay {
  const host = (name: string, number: number, trait: string, accounts: readonly Account[], more: Partial<FleetHost> = {}): FleetHost => ({
    name,
    zone,
    address: `127.1.${subnet}.${number}`,
    port,
    trait,
    accounts: accounts.map(({ account, key }) => ({ name: account, authorizedKeys: `${key.publicKey} ${account}@${name}\n` })),
    ...more
  })
  return {
    hosts: [
      host('gate', 1, 'the only way to inner', [gate]),
      host('inner', 2, 'reached through gate alone: nobody else has a way there', [inner], { via: 'gate' }),
      host('lost', 3, 'somebody empties the file of keys', [lost, root]),
      host('anew', 4, 'set up anew, with another host key', [anew]),
      host('old', 5, 'an SSH server that knows old algorithms only', [old], { sshdConfig: ['KexAlgorithms diffie-hellman-group14-sha1', 'Ciphers aes128-cbc', 'MACs hmac-sha1'] })
    ],
    network: `127.1.${subnet}.0/24`
  }
}

/** What the scenes of the second day are played with. */
export interface Stage {
  readonly lab: Lab
  readonly api: ApiClient
  readonly ssh: StockSsh
  /** Only root may enter it. */
  readonly folder: string
  readonly stackFolder: string
  readonly say: (line: string) => void
}

/** Plays all scenes at once. @returns what the stock client found afterwards */
export async function playSecondDay (stage: Stage): Promise<Check[]> {
  const found = await Promise.all([behindJumpHost(stage), lostKey(stage), newHostKey(stage), oldServer(stage)])
  return found.flat()
}

/** A jump host and the host behind it come from the operator's own ssh configuration, observed at first. */
async function behindJumpHost (stage: Stage): Promise<Check[]> {
  const { api, lab, ssh, folder, say } = stage
  const blocks = await Promise.all([gate, inner].map(async ({ host, account, key }) => {
    const { address } = lab.host(host)
    await writeFile(join(folder, `${host}.handed`), key.privateKey, { mode: 0o600 })
    return `Host ${host}\n  HostName ${address}\n  Port ${port}\n  User ${account}\n  IdentityFile ${join(folder, `${host}.handed`)}\n${host === inner.host ? `  ProxyJump ${gate.host}\n` : ''}`
  }))
  await writeFile(join(folder, 'config'), blocks.join('\n'))
  await writeFile(join(folder, 'known_hosts'), [gate, inner].flatMap(({ host }) => lab.host(host).hostKeys.map((key) => `[${lab.host(host).address}]:${port} ${key}\n`)).join(''))
  await rekey(stage.stackFolder, 'import', join(folder, 'config'), '--format', 'openssh', '--zone', zone, '--known-hosts', join(folder, 'known_hosts'), '--apply')
  for (const one of [gate, inner]) await settled(api, one, 0)
  const before = await ordered(api, [gate, inner])
  await wait(1500)
  const observed = await Promise.all([gate, inner].map(async (one) => await stateOf(api, one)))
  for (const { host } of [gate, inner]) await api.must('POST', `/v1/hosts/${zone}/${host}/manage`, { reason: 'demo: the import was looked through' })
  for (const one of [gate, inner]) await settled(api, one, before)
  say('  gate, inner   imported from an ssh configuration with ProxyJump; an order waited while they were observed, and went on once released')

  const imported = check('rekey import', 'hosts that were observed, and left alone by an order, until they were released')
  for (const state of observed) decide(imported, state.observed && state.planned !== null && state.epoch === 1, `${state.host}: epoch ${state.epoch}`)
  const through = check('ssh, by ProxyCommand', 'behind a jump host, the old key refused and the new one let in')
  const keys = await Promise.all([gate, inner].map(async (one) => await reveal(stage, one)))
  const [gateKey = '', innerKey = ''] = keys
  const way = { host: lab.host(gate.host), account: gate.account, key: gateKey }
  for (const [key, opens] of [[join(folder, 'inner.handed'), false], [innerKey, true]] as const) {
    const { output, end } = await ssh.login({ host: lab.host(inner.host), account: inner.account, way }, { keys: [key] }, 'id -un')
    decide(through, (output === inner.account) === opens && (opens || end.includes('Permission denied')), `inner: ${opens ? 'the new key' : 'the old key'}: ${end}`)
  }
  return [imported, through]
}

/** An account's way in is gone; the recovery credential of its host puts a new one in place, and is rotated itself. */
async function lostKey (stage: Stage): Promise<Check[]> {
  const { api, lab, ssh, folder, say } = stage
  const host = lab.host(lost.host)
  await api.must('POST', '/v1/hosts', { zone, id: lost.host, address: host.address, port, hostKeys: host.hostKeys, recovery: 'root/ssh-key' })
  for (const one of [root, lost]) await handOver(api, one)
  for (const one of [root, lost]) await settled(api, one, 0)
  const rootBefore = await stateOf(api, root)
  await host.write(`${host.home(lost.account)}/.ssh/authorized_keys`, '', lost.account)
  const order = await ordered(api, [lost])
  await settled(api, lost, order)
  await until('the recovery credential to be rotated', async () => {
    const { epoch, status } = await stateOf(api, root)
    return epoch > rootBefore.epoch && status === 'settled' ? true : undefined
  })
  say('  lost          its file of keys was emptied: root\'s credential, which its record names for that, put a new key in place')

  const recovered = check('ssh', 'where the way in was lost, a new key lets in, and the one that helped was replaced')
  const [own, helper] = [await reveal(stage, lost), await reveal(stage, root)]
  await writeFile(join(folder, 'root.handed'), root.key.privateKey, { mode: 0o600 })
  for (const [account, key, opens] of [[lost.account, own, true], ['root', helper, true], ['root', join(folder, 'root.handed'), false]] as const) {
    const { output, end } = await ssh.login({ host, account }, { keys: [key] }, 'id -un')
    decide(recovered, (output === account) === opens && (opens || end.includes('Permission denied')), `lost/${account}: ${end}`)
  }
  return [recovered]
}

/** A host that shows another key is held before anything is shown to it, until a person has approved the new key. */
async function newHostKey (stage: Stage): Promise<Check[]> {
  const { api, lab, ssh, say } = stage
  const host = lab.host(anew.host)
  await api.must('POST', '/v1/hosts', { zone, id: anew.host, address: host.address, port, hostKeys: host.hostKeys })
  await handOver(api, anew)
  await settled(api, anew, 0)
  const fresh = makeKey()
  await host.write('/etc/ssh/ssh_host_ed25519_key', fresh.privateKey)
  await host.run('kill -HUP 1 && sleep 0.3')
  const order = await ordered(api, [anew])
  const hold = await until('a hold', async () => (await stateOf(api, anew)).hold?.class)
  const { number } = await api.must<{ number: number }>('POST', `/v1/hosts/${zone}/${anew.host}/redirects`, { hostKeys: [fresh.publicKey], reason: 'demo: set up anew, key read at the console' })
  await wait(1500)
  const asked = await stateOf(api, anew)
  await rekey(stage.stackFolder, 'approve', `${zone}/${number}`, '--yes')
  await settled(api, anew, order)
  say('  anew          showed another host key and was held; rekey approve, with a person\'s Vault login, let it go on')

  const redirected = check('ssh', 'under the approved host key alone, the new key lets in')
  decide(redirected, hold === 'identity-changed' && asked.hold !== null, `anew: hold ${hold}, and ${asked.status} before the approval`)
  const { name, address } = host
  const { output, end } = await ssh.login({ host: { name: `${name}-anew`, address, port, hostKeys: [fresh.publicKey] }, account: anew.account }, { keys: [await reveal(stage, anew)] }, 'id -un')
  decide(redirected, output === anew.account, `anew: ${end}`)
  return [redirected]
}

/** A server that only speaks old algorithms is refused with the exceptions that would help, and is rotated once it has them. */
async function oldServer (stage: Stage): Promise<Check[]> {
  const { api, lab, ssh, say } = stage
  const { address, hostKeys } = lab.host(old.host)
  const record = { zone, address, port, hostKeys }
  await api.must('POST', '/v1/hosts', { ...record, id: 'old-plain' })
  await handOver(api, { ...old, host: 'old-plain' })
  const refused = await until('a failure', async () => (await stateOf(api, { ...old, host: 'old-plain' })).lastFailure?.message)
  await api.must('POST', '/v1/hosts', { ...record, id: old.host, legacyAlgorithms: ['diffie-hellman-group14-sha1', 'aes128-cbc', 'hmac-sha1'] })
  await handOver(api, old)
  await settled(api, old, 0)
  await settled(api, old, await ordered(api, [old]))
  say('  old           was refused with the algorithms that it offers, and rotated once its record excepted these')

  const excepted = check('ssh, old algorithms', 'refused without exceptions; with them the new key lets in')
  decide(excepted, refused.includes('diffie-hellman-group14-sha1'), `old: ${refused}`)
  const options = ['KexAlgorithms=diffie-hellman-group14-sha1', 'Ciphers=aes128-cbc', 'MACs=hmac-sha1']
  const { output, end } = await ssh.login({ host: lab.host(old.host), account: old.account }, { keys: [await reveal(stage, old)], options }, 'id -un')
  decide(excepted, output === old.account, `old: ${end}`)
  return [excepted]
}

async function handOver (api: ApiClient, { host, account, key }: Account): Promise<void> {
  await api.must('POST', '/v1/credentials', { zone, host, account, privateKey: key.privateKey })
}

/** Orders a rotation of these hosts. @returns the order's number */
async function ordered (api: ApiClient, accounts: readonly Account[]): Promise<number> {
  const scope = { zones: [zone], hosts: accounts.map(({ host }) => host), accounts: accounts.map(({ account }) => account).filter((name, index, all) => all.indexOf(name) === index) }
  const { orders } = await api.must<{ orders: Array<{ number: number }> }>('POST', '/v1/orders', { scope, reason: 'demo: the second day' })
  return orders[0]?.number ?? 0
}

async function stateOf (api: ApiClient, { host, account }: Account): Promise<CredentialState> {
  return await api.must<CredentialState>('GET', `/v1/credentials/${zone}/${host}/${account}/ssh-key`)
}

async function settled (api: ApiClient, one: Account, order: number): Promise<void> {
  await until(`${one.host}/${one.account} to be settled`, async () => {
    const { status, order: fulfilled } = await stateOf(api, one)
    return status === 'settled' && fulfilled >= order ? true : undefined
  })
}

/** The file with the present key of an account. */
async function reveal (stage: Stage, { host, account }: Account): Promise<string> {
  const file = join(stage.folder, `${host}_${account}.second-day`)
  await rekey(stage.stackFolder, 'reveal', `${zone}/${host}/${account}/ssh-key`, '--out', file)
  return file
}
