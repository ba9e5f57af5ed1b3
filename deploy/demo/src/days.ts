import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CredentialState } from '@rekey/domain'
import { makeKey, startLab } from '@rekey/lab'
import type { FleetHost, KeyPair, Lab } from '@rekey/lab'
import { ApiClient, startStack } from '@rekey/local'
import type { Stack } from '@rekey/local'
import type { Check } from './check.ts'
import { check, decide } from './check.ts'
import type { EmergencyStage } from './emergency.ts'
import { StockSsh } from './judges.ts'
import type { Progress } from './progress.ts'
import { rekey } from './rekey.ts'
import { Secrets } from './secrets.ts'
import { table } from './table.ts'
import { hostTable } from './tables.ts'
import { until } from './until.ts'

/*
 * Three days that pass by themselves. The hosts are real; the clocks of API and worker are put forward to each night, a few seconds before the
 * window opens.
 */

const zone = 'production'
const account = 'deploy'
const window = { from: '02:00', to: '05:00' }
const dayMs = 86_400_000
/** Noon of the day before the first: what is done then is done by hand. */
const eve = -14 * 3600_000
/** Between the start of a night and the window: nothing may be replaced meanwhile. */
const beforeWindowMs = 12_000
const settings = { REKEY_SCAN_SECONDS: '1', REKEY_BACKOFF_SECONDS: '1', REKEY_BACKOFF_MOST_SECONDS: '5' }

const hosts = [
  { name: 'web-1', trait: 'somebody plants a key on the first day', key: makeKey() },
  { name: 'web-2', trait: 'somebody puts an old line back on the first day', key: makeKey() },
  { name: 'web-3', trait: 'restored on the third day, from a snapshot of three rotations ago', key: makeKey() },
  { name: 'web-4', trait: 'set up anew after the first day, with another host key', key: makeKey() }
] as const
type Name = typeof hosts[number]['name']

type DaysStage = Omit<EmergencyStage, 'hosts'>

/** @returns what stock ssh found, and what the clock says of each rotation */
export async function playDays (stage: DaysStage): Promise<Check[]> {
  const { folder, subnet, progress, running } = stage
  const fleet = hosts.map(({ name, trait, key }, index): FleetHost => ({
    name, zone, trait, address: `127.1.${subnet}.${index + 1}`, port: 22022, accounts: [{ name: account, authorizedKeys: `${key.publicKey} ${account}@${name}\n` }]
  }))
  progress.say(`\n1. Real hosts: ${fleet.length} SSH servers`)
  const lab = await startLab({ dir: join(folder, 'lab'), hosts: fleet })
  running.push(async () => { await lab.stop() })
  progress.say(hostTable(fleet))

  progress.say('\n2. Rekey: OpenBao, Redis, the API and a worker. A policy: every night, inside of a window; a heartbeat; a survey each day')
  const firstNight = Math.ceil(Date.now() / dayMs) * dayMs + dayMs + 2 * 3600_000
  const ahead = (at: number): Record<string, string> => ({ ...settings, REKEY_CLOCK_AHEAD_SECONDS: String(Math.round((at - Date.now()) / 1000)) })
  const stack = await startStack({ dir: folder, zones: [{ name: zone, allowedNetworks: [`127.1.${subnet}.0/24`] }], settings: ahead(firstNight + eve), say: (line) => { progress.say(`  ${line}`) } })
  running.push(async () => { await stack.stop() })
  const secrets = new Secrets(join(folder, 'keys'), stack.dir)
  await secrets.prepare()
  const days = new Days({ lab, stack, folder: secrets.folder, progress })
  running.push(async () => {
    days.close()
    await secrets.remove()
  })
  await days.begin()

  for (const day of [1, 2, 3]) {
    const opens = firstNight + (day - 1) * dayMs
    progress.say(`\n${day + 2}. Day ${day}, ${new Date(opens).toISOString().slice(0, 10)}`)
    await days.night(ahead(opens - beforeWindowMs), opens, day)
    if (day === 1) await days.first()
    if (day === 2) await days.second()
    if (day === 3) await days.third()
  }
  return days.checks
}

class Days {
  readonly #lab: Lab
  readonly #stack: Stack
  readonly #folder: string
  readonly #progress: Progress
  readonly #ssh: StockSsh
  readonly #planted = makeKey()
  readonly #anew = makeKey()
  readonly #inWindow = check('the clock', 'replaced by itself inside of its window, and not before')
  readonly #dead = check('ssh', 'what must be dead is refused, and what is managed lets in')
  readonly #people = check('rekey approve', 'what only people decide, waited for them')
  #api: ApiClient | undefined

  constructor ({ lab, stack, folder, progress }: { lab: Lab, stack: Stack, folder: string, progress: Progress }) {
    this.#lab = lab
    this.#stack = stack
    this.#folder = folder
    this.#progress = progress
    this.#ssh = new StockSsh(folder)
  }

  get checks (): Check[] {
    return [this.#inWindow, this.#dead, this.#people]
  }

  close (): void {
    this.#api?.close()
  }

  /** The eve of the first day: adoption, the policy, and a snapshot of one host. */
  async begin (): Promise<void> {
    this.#api = await ApiClient.of(this.#stack)
    const people = this.#stack.vaultHttp.as(await this.#stack.vaultHttp.loginPerson(`operator-${zone}`, await readFile(join(this.#stack.dir, 'secrets', `operator-${zone}-password`), 'utf8')))
    await people.must('POST', `rekey-${zone}/data/policies/default`, { data: { surveyEverySeconds: dayMs / 1000 }, options: { cas: 0 } })
    for (const { name, key } of hosts) {
      const { address, port, hostKeys } = this.#lab.host(name)
      await this.#api.must('POST', '/v1/hosts', { zone, id: name, address, port, hostKeys })
      await this.#api.must('POST', '/v1/credentials', { zone, host: name, account, privateKey: key.privateKey })
      await writeFile(join(this.#folder, `${name}.handed`), key.privateKey, { mode: 0o600 })
    }
    for (const { name } of hosts) await this.#becomes(name, 'is adopted', ({ status }) => status === 'settled')
    await this.#api.must('PUT', `/v1/policies/${zone}/nightly`, { priority: 1, selector: {}, schedule: { cron: '0 2 * * *', timeZone: 'UTC', window }, heartbeat: { everySeconds: 15, onDrift: 'rotate' } })
    await this.#run('web-3', 'tar -C / -cf /root/snapshot.tar home')
    await until('a first survey', async () => (await this.#call().must<{ at: string | null }>('GET', `/v1/hosts/${zone}/web-1/survey`)).at ?? undefined)
    this.#progress.say('  4 keys are adopted; web-3 has a snapshot taken')
  }

  /** Puts the clocks forward, and waits until what is due has been replaced. */
  async night (clock: Record<string, string>, opens: number, day: number): Promise<void> {
    const before = new Map<Name, number>()
    for (const { name } of hosts) before.set(name, (await this.#view(name)).epoch)
    for (const service of ['api', `worker-${zone}`]) {
      const process = this.#stack.service(service)
      process?.kill('SIGTERM')
      await process?.exited
      await this.#stack.startService(service, clock)
    }
    this.close()
    this.#api = await ApiClient.of(this.#stack)
    const rows: string[][] = []
    const due = hosts.filter(({ name }) => name !== 'web-4' || day !== 2)
    for (const { name } of due) {
      this.#progress.count('replaced, and tried by ssh', rows.length, due.length)
      const { rotations } = await this.#becomes(name, 'is replaced in its window', ({ epoch, status }) => epoch > (before.get(name) ?? 0) && status === 'settled')
      const ran = Date.parse(rotations[0]?.startedAt ?? '')
      decide(this.#inWindow, ran >= opens && ran < opens + 3 * 3600_000, `${name}: replaced at ${rotations[0]?.startedAt ?? 'no time'}`)
      rows.push([`${zone}/${name}/${account}/ssh-key`, `${window.from}–${window.to}`, new Date(ran).toISOString().slice(11, 19), rotations[0]?.proof.randomRefused === true ? 'old refused, new let in' : '-'])
      await this.#opens(name, 'handed', false)
      await this.#opens(name, await this.#reveal(name), true)
    }
    this.#progress.count('replaced, and tried by ssh', due.length, due.length)
    this.#progress.say(table(['CREDENTIAL', 'WINDOW (UTC)', 'RAN AT', 'PROOF'], rows))
  }

  /** A key is planted, and an old line is put back, which a heartbeat finds. Then a host is set up anew. */
  async first (): Promise<void> {
    const file = `/home/${account}/.ssh/authorized_keys`
    await writeFile(join(this.#folder, 'web-1.planted'), this.#planted.privateKey, { mode: 0o600 })
    await this.#lab.host('web-1').write(file, `${await this.#lab.host('web-1').read(file)}${this.#planted.publicKey} a stranger\n`, account)
    await this.#opens('web-1', 'planted', true)
    await this.#lab.host('web-2').write(file, `${keyOf('web-2').publicKey} ${account}@web-2\n`, account)
    await this.#opens('web-2', 'handed', true)
    await this.#isBroughtBack('web-2')
    this.#progress.say('  web-1  somebody plants a key\n  web-2  somebody puts an old line back: a heartbeat finds the drift, and a successor takes its place')
    await this.#lab.host('web-4').write('/etc/ssh/ssh_host_ed25519_key', this.#anew.privateKey)
    await this.#run('web-4', 'kill -HUP 1 && sleep 0.3')
  }

  /** The survey of the day finds the planted key, and a person has it removed; another has compared the new host key. */
  async second (): Promise<void> {
    const { id } = await until('the finding of the planted key', async () => (await this.#call().all<{ id: string, fingerprint: string }>('/v1/findings?kind=unknown-key')).find(({ fingerprint }) => fingerprint === this.#planted.fingerprint))
    const said = await rekey(this.#stack.dir, 'findings', 'remove', `${zone}/${id}`, '--reason', 'demo: nobody knows whose it is')
    await this.#opens('web-1', 'planted', true)
    await this.#approve(/rekey approve (\S+)/.exec(said)?.[1] ?? '')
    await until('the finding to close', async () => (await this.#call().all<{ id: string }>('/v1/findings?kind=unknown-key')).some((one) => one.id === id) ? undefined : true)
    await this.#opens('web-1', 'planted', false)
    this.#progress.say('  web-1  the survey of the day finds the planted key; a person approves, and it is gone')

    const { hold } = await this.#becomes('web-4', 'is held', (view) => view.hold !== null)
    const { number } = await this.#call().must<{ number: number }>('POST', `/v1/hosts/${zone}/web-4/redirects`, { hostKeys: [this.#anew.publicKey], reason: 'demo: set up anew, key read at the console' })
    decide(this.#people, hold?.class === 'identity-changed' && (await this.#view('web-4')).hold !== null, `web-4: ${hold?.class ?? 'no hold'}`)
    await this.#approve(`${zone}/${number}`)
    await this.#becomes('web-4', 'goes on', (view) => view.hold === null && view.status === 'settled')
    await this.#opens('web-4', 'handed', false)
    await this.#opens('web-4', await this.#reveal('web-4'), true)
    this.#progress.say('  web-4  shows another host key, and is held; a person approves the new key, and it is replaced')
  }

  /** A disk of three rotations ago. */
  async third (): Promise<void> {
    await this.#run('web-3', `rm -rf /home/${account}/.ssh && tar -C / -xf /root/snapshot.tar`)
    await this.#opens('web-3', 'handed', true)
    await this.#isBroughtBack('web-3')
    this.#progress.say('  web-3  is restored from a snapshot of three rotations ago: the heartbeat finds it, and all earlier keys are proven dead again')
  }

  async #isBroughtBack (name: Name): Promise<void> {
    const { debts } = await this.#becomes(name, 'is brought back', (view) => view.drift?.opened === keyOf(name).fingerprint && view.drift.endedAt !== null && view.status === 'settled')
    decide(this.#dead, debts.length === 0, `${name}: ${debts.length} debts`)
    await this.#opens(name, 'handed', false)
    await this.#opens(name, await this.#reveal(name), true)
  }

  /** As a person. What he approves of must have waited for him. */
  async #approve (proposal: string): Promise<void> {
    const { status } = await this.#call().must<{ status: string }>('GET', `/v1/proposals/${proposal}`)
    decide(this.#people, status === 'proposed', `${proposal}: ${status}`)
    await rekey(this.#stack.dir, 'approve', proposal, '--yes')
  }

  /** Whether stock ssh gets in with a key file. */
  async #opens (name: Name, key: string, isExpected: boolean): Promise<void> {
    const { address, port, hostKeys } = this.#lab.host(name)
    const known = name === 'web-4' ? { name: `${name}-${this.#lab.host(name).hostKeys.length}`, address, port, hostKeys: [...hostKeys, this.#anew.publicKey] } : { name, address, port, hostKeys }
    const { output, end } = await this.#ssh.login({ host: known, account }, { keys: [join(this.#folder, `${name}.${key}`)] }, 'id -un')
    decide(this.#dead, (output === account) === isExpected && (isExpected || end.includes('Permission denied')), `${name}: the ${key} key: ${end}`)
  }

  /** @returns the name of the file with its present key */
  async #reveal (name: Name): Promise<string> {
    const { epoch } = await this.#view(name)
    await rekey(this.#stack.dir, 'reveal', `${zone}/${name}/${account}/ssh-key`, '--out', join(this.#folder, `${name}.epoch-${epoch}`))
    return `epoch-${epoch}`
  }

  async #view (name: Name): Promise<CredentialState> {
    return await this.#call().must<CredentialState>('GET', `/v1/credentials/${zone}/${name}/${account}/ssh-key`)
  }

  async #becomes (name: Name, what: string, isSo: (view: CredentialState) => boolean): Promise<CredentialState> {
    return await until(`${name}: ${what}`, async () => {
      const view = await this.#view(name)
      return isSo(view) ? view : undefined
    })
  }

  async #run (name: Name, command: string): Promise<void> {
    const { code, stderr } = await this.#lab.host(name).run(command)
    if (code !== 0) throw new Error(`${name}: ${stderr}`)
  }

  #call (): ApiClient {
    if (this.#api === undefined) throw new Error('the days have not begun')
    return this.#api
  }
}

function keyOf (name: Name): KeyPair {
  const found = hosts.find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found.key
}
