import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { makeFleet, startLab, type Lab } from '@rekey/lab'
import { ApiClient, startStack, type Stack } from '@rekey/local'
import { approveAs, Attacker, peopleOf, proposeRevokeAll, type CampaignView } from '@rekey/drill'
import { checkReport } from './check-report.ts'
import { checkTrail } from './check-trail.ts'
import type { Check } from './check.ts'
import { check, decide } from './check.ts'
import type { DemoFleet, Handed } from './fleet.ts'
import { credentialOf, isKey } from './fleet.ts'
import { StockSsh } from './judges.ts'
import { inLanes } from './lanes.ts'
import type { Progress } from './progress.ts'
import { Secrets } from './secrets.ts'
import { adoptFleet } from './story.ts'
import { hostTable } from './tables.ts'
import { ThiefsToken } from './thiefs-token.ts'
import { until } from './until.ts'

export interface EmergencyStage {
  readonly folder: string
  readonly hosts: number
  /** Third octet of the first of two networks. */
  readonly subnet: number
  readonly progress: Progress
  /** Takes what has to be ended; the latest first. */
  readonly running: Array<() => Promise<void>>
}

/** Debts are tried again soon, and journals signed soon, as nobody watches a demo for minutes. */
const settings = { REKEY_BACKOFF_SECONDS: '1', REKEY_BACKOFF_MOST_SECONDS: '5', REKEY_AUDIT_HEAD_SECONDS: '2', REKEY_AUDIT_SHIP_SECONDS: '1' }
/** The attacker's logins in a second. */
const attempts = 20
/** Each is a Node.js process of its own. */
const revealsAtOnce = 3

/** Somebody holds all keys. @returns what was found by his own logins, by stock tools, and offline */
export async function playEmergency ({ folder, hosts: count, subnet, progress, running }: EmergencyStage): Promise<Check[]> {
  const fleet = makeEmergencyFleet(count, subnet)
  progress.say(`\n1. Real hosts: ${fleet.hosts.length} SSH servers in two zones`)
  const lab = await startLab({ dir: join(folder, 'lab'), hosts: fleet.hosts })
  running.push(async () => { await lab.stop() })
  progress.say(hostTable(fleet.hosts))

  progress.say('\n2. Rekey: OpenBao, Redis, the API, and one worker for each of two zones')
  const zones = Object.entries(fleet.networks).map(([name, allowedNetworks]) => ({ name, allowedNetworks: [...allowedNetworks] }))
  const stack = await startStack({ dir: folder, zones, settings, say: (line) => { progress.say(`  ${line}`) } })
  running.push(async () => { await stack.stop() })
  const api = await ApiClient.of(stack)
  const secrets = new Secrets(join(folder, 'keys'), stack.dir)
  await secrets.prepare()
  running.push(async () => {
    api.close()
    await secrets.remove()
  })
  await adoptFleet(api, fleet, lab, progress)
  for (const one of fleet.credentials) await secrets.keepOld(one)

  progress.say(`\n3. The theft: an attacker, a process of its own, holds all ${fleet.credentials.length} keys and an admin's token of the API, and uses them in a loop`)
  const attacker = new Attacker({ doors: fleet.credentials.filter(isKey).map((one) => doorOf(lab, one)), perSecond: attempts })
  running.push(async () => { await attacker.stop() })
  const token = await ThiefsToken.steal(api, stack, secrets.folder)
  running.push(() => {
    token.close()
    return Promise.resolve()
  })
  await attacker.sees('every account is open', (board) => board.isAllOpened(), 60)
  progress.say(`  he opens ${attacker.board.tally().open} of ${fleet.credentials.length} accounts`)

  const story = { lab, stack, api, fleet, attacker, token, progress }
  const { id, checks: revoked } = await revokeAll(story)
  const checks = [...revoked, ...await checkKeys(story, secrets, progress), ...await checkTrail(stack, secrets.folder), ...await checkReport(stack, id, fleet.hosts[0]?.name ?? '', secrets.folder)]
  const again = check('the attacker', 'accounts that have refused him, and went on to do so until now')
  for (const name of attacker.board.names) decide(again, attacker.board.isRefused(name) && !attacker.board.reopened.includes(name), `${name} let him in again`)
  return [...checks, again]
}

interface Story {
  readonly lab: Lab
  readonly stack: Stack
  readonly api: ApiClient
  readonly fleet: DemoFleet
  readonly attacker: Attacker
  readonly token: ThiefsToken
  readonly progress: Progress
}

async function revokeAll ({ lab, stack, api, fleet, attacker, token, progress }: Story): Promise<{ id: string, checks: Check[] }> {
  const { board } = attacker
  const all = board.names
  const away = fleet.credentials.at(-1)?.host ?? ''
  const late = fleet.credentials.filter(({ host }) => host === away).map(nameOf)
  const reachable = all.filter((name) => !late.includes(name))
  const approvals = check('the attacker, and Vault', 'zones where the first approval changed nothing, and the second one did')
  const dead = check('the attacker', 'stolen keys that he used, and that open nothing any more')
  const debt = check('the attacker', 'accounts of a host that was away: told as a debt, and dead once it was back')

  await lab.host(away).stop()
  progress.say(`\n4. Revoke all. ${away} is off line just now`)
  const { id, zones } = await proposeRevokeAll(api, 'demo: all keys are stolen')
  const look = async (): Promise<CampaignView> => await api.must<CampaignView>('GET', `/v1/campaigns/${id}?limit=1000`)
  const approvers = zones.map(({ zone, proposal }) => ({ zone, proposal, people: peopleOf(stack, zone) }))
  for (const { zone, proposal, people: [first] } of approvers) await approveAs(first, stack, zone, proposal)
  await wait(4000)
  const waiting = await look()
  progress.say(`  one person of each zone has approved: the attacker still opens ${board.tally(reachable).open} of ${reachable.length} accounts that are on`)
  const isWaiting = board.tally(reachable).open === reachable.length
  // All times go from the first zone that has its two.
  const approved = Math.min(...await Promise.all(approvers.map(async ({ zone, proposal, people: [, second] }) => {
    await approveAs(second, stack, zone, proposal)
    return Date.now()
  })))
  progress.say(`  a second one has: ${approvers.flatMap(({ people }) => people.map(({ username }) => username)).join(', ')}\n`)

  let said = ''
  await attacker.sees('every account that is on refuses', () => {
    const { open, silent } = board.tally()
    const line = `the attacker opens ${String(open).padStart(2)} of ${all.length}${silent === 0 ? '' : `, ${silent} give him no answer`}${token.isRefused ? '; his token is refused' : ''}`
    if (line !== said) progress.say(`  ${((Date.now() - approved) / 1000).toFixed(1).padStart(5)} s  ${line}`)
    said = line
    return board.tally(reachable).refused === reachable.length
  }, 90)
  const started = await look()
  for (const { zone } of zones) {
    const before = waiting.zones.find((one) => one.zone === zone)
    decide(approvals, isWaiting && before?.status === 'proposed' && started.zones.some((one) => one.zone === zone && one.startedAt !== null), `${zone}: ${before?.status ?? ''} after one approval`)
  }
  const { first, half, all: last } = board.refusals(approved, reachable)
  progress.say(`\n  refused, by his own logins: the first after ${shown(first)}, half after ${shown(half)}, all that are on after ${shown(last)}; his token after ${shown(token.refusedAfter(approved))}`)
  const owed = await until('the debt to be told', async () => {
    const open = (await look()).targets.filter(({ outcome }) => outcome !== 'settled')
    return open.length === late.length && open.every(({ lastFailure }) => lastFailure !== null) ? open : undefined
  })
  progress.say(`  still usable by the API's word: ${owed.map(({ host, account, outcome, lastFailure }) => `${host}/${account} (${outcome}, ${lastFailure?.class ?? ''})`).join(', ')}`)

  await lab.host(away).start()
  const back = Date.now()
  progress.say(`\n  ${away} is back. Rekey comes by itself`)
  const opened: number[] = []
  await attacker.sees(`${away} refuses`, () => {
    opened.push(board.tally(late).open)
    return board.tally(late).refused === late.length
  }, 90)
  await until('the campaign to be done', async () => (await look()).done || undefined)
  progress.say(`  ${shown(board.refusals(back, late).all)} later it refuses the attacker, who ${Math.max(...opened) > 0 ? 'had opened it once more' : 'came too late for a login'}: the campaign is done`)
  for (const name of late) decide(debt, owed.some((one) => `${one.host}/${one.account}` === name && one.lastFailure?.class === 'unreachable') && board.isRefused(name), name)
  for (const name of all) decide(dead, board.isRefused(name) && !board.reopened.includes(name), `${name} still opens`)
  const refusedToken = check('the API', 'tokens from before the campaign that open it no more')
  decide(refusedToken, token.isRefused, 'the stolen token still works')
  return { id, checks: [dead, debt, approvals, refusedToken] }
}

/** Nobody is locked out, and the stock client agrees with the attacker. */
async function checkKeys ({ lab, fleet }: Story, secrets: Secrets, progress: Progress): Promise<Check[]> {
  progress.say('\n5. Believe nobody: ssh as Debian ships it, the audit trail and the report offline. The attacker goes on')
  const old = check('ssh', 'stolen keys refused')
  const opens = check('ssh, rekey reveal', 'new keys log in: nobody is locked out')
  const ssh = new StockSsh(secrets.folder)
  let revealed = 0
  await inLanes(fleet.credentials, revealsAtOnce, async (one) => {
    await secrets.revealNew(one)
    const door = { host: lab.host(one.host), account: one.account }
    const stolen = await ssh.login(door, { keys: [secrets.keyFile(one, 'old')] }, 'id -un')
    decide(old, stolen.output === '' && stolen.end.includes('Permission denied'), `${credentialOf(one)}: ${stolen.end}`)
    const { output, end } = await ssh.login(door, { keys: [secrets.keyFile(one, 'new')] }, 'id -un')
    decide(opens, output === one.account, `${credentialOf(one)}: ${end}`)
    progress.count('revealed and tried', ++revealed, fleet.credentials.length)
  })
  return [old, opens]
}

function makeEmergencyFleet (count: number, subnet: number): DemoFleet {
  const { hosts, keys, networks } = makeFleet({ zones: { production: Math.ceil(count / 2), backup: Math.floor(count / 2) }, subnet })
  return {
    hosts,
    credentials: keys.map((key) => ({ zone: key.zone, host: key.host, account: key.account, name: 'ssh-key', key, through: null, isBeyond: false })),
    networks: { production: [networks['production'] ?? ''], backup: [networks['backup'] ?? ''] }
  }
}

function doorOf (lab: Lab, one: Extract<Handed, { name: 'ssh-key' }>): { name: string, address: string, port: number, account: string, hostKey: string, privateKey: string } {
  const { address, port, hostKeys } = lab.host(one.host)
  return { name: nameOf(one), address, port, account: one.account, hostKey: hostKeys[0] ?? '', privateKey: one.key.privateKey }
}

function nameOf ({ host, account }: Pick<Handed, 'host' | 'account'>): string {
  return `${host}/${account}`
}

function shown (seconds: number | null): string {
  return seconds === null ? 'never' : `${seconds.toFixed(1)} s`
}
