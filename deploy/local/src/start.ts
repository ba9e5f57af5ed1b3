import { mkdir, readFile, realpath, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { assertBuilt } from './app.ts'
import { ensureCertificates } from './certificates.ts'
import { Crew } from './crew.ts'
import { stackFailure } from './failure.ts'
import { exists, ownFolder } from './files.ts'
import { layout } from './layout.ts'
import { exclusively } from './lock.ts'
import { brokerUrl, checkZones, defaultUidBase, identities, newRecord, servicesAddress, uids } from './plan.ts'
import { choosePorts, type PortChoice } from './ports.ts'
import { adminUser } from './redis.ts'
import { readRecord, writeRecord, type Ports, type StackRecord, type ZoneOptions } from './record.ts'
import { ensureAdminToken, kindOf } from './services.ts'
import { Stack } from './stack.ts'
import { findTools, type Tools } from './tools.ts'
import { policiesDigest } from './vault-setup.ts'

export interface StackOptions {
  /** The state folder. What is in it is gone on with: a stopped stack starts again with its data. */
  readonly dir: string
  readonly zones: readonly ZoneOptions[]
  /** Absent ones are chosen once and kept. */
  readonly ports?: PortChoice
  /** Whether to start the API and one worker for each zone; they do. */
  readonly services?: boolean
  /** Whether to start a broker for each zone, too; it does not. */
  readonly brokers?: boolean
  /** Further REKEY_* for all services. */
  readonly settings?: Readonly<Record<string, string>>
  readonly say?: (line: string) => void
  /** Whether the stack outlives the process that started it. Not by default: a test that is killed leaves nothing behind. */
  readonly detached?: boolean
  /** The first of its user ids, 61000 by default. Give stacks that should not trust each other different ones. */
  readonly uidBase?: number
}

/** Said wherever a folder is in the way: the hosts may accept no other keys than those in its Vault. */
const loss = 'To remove this one, stop it first; the keys of the hosts that it manages go with it.'

/** What a stack keeps in its folder, besides stack.json. */
const parts = ['app', 'bin', 'logs', 'audit', 'tls', 'secrets', 'api', 'vault', 'redis']

/** @returns the servers whose certificates are new */
async function prepareFolder (record: StackRecord): Promise<string[]> {
  const ids = uids(record.uidBase)
  const paths = layout(record.dir)
  for (const [folder, mode] of [[paths.app, 0o755], [paths.programs, 0o755], [paths.logs, 0o750], [join(record.dir, 'audit'), 0o755], [paths.tls, 0o755], [paths.secrets, 0o711]] as const) {
    await ownFolder(folder, 0, mode)
  }
  // A service reads its secrets and has no choice of their names: root writes here.
  for (const { service, uid } of identities(record)) await ownFolder(paths.secretsOf(service), 0, 0o750, uid)
  await ownFolder(paths.secretsOf('admin'), 0, 0o700)
  await ensureAdminToken(record.dir, ids.api)
  const brokers = record.brokers ? record.zones.map((zone, index) => ({ name: `broker-${zone.name}`, uid: ids.broker(index) })) : []
  return await ensureCertificates(
    paths,
    [{ name: 'vault', uid: ids.vault }, { name: 'redis', uid: ids.redis }, { name: 'api', uid: ids.api }, ...brokers],
    [{ service: adminUser, uid: 0 }, ...identities(record).filter(({ service }) => kindOf(service) !== 'broker' || record.brokers)]
  )
}

/** The stack that is in the folder, or the plan of a new one. */
async function recordFor (options: StackOptions, tools: Tools): Promise<StackRecord> {
  const dir = resolve(options.dir)
  const known = await readRecord(dir)
  if (known?.complete === true) {
    const names = (zones: readonly ZoneOptions[]) => zones.map(zone => zone.name).join(', ')
    if (names(known.zones) !== names(options.zones)) {
      throw stackFailure(`the stack in ${dir} has the zones ${names(known.zones)}, and not ${names(options.zones)}: use another folder. ${loss}`)
    }
    for (const [name, port] of Object.entries(options.ports ?? {})) {
      if (known.ports[name as keyof PortChoice] !== port) throw stackFailure(`the stack in ${dir} was set up with another port for ${name}: use another folder. ${loss}`)
    }
    // Stacks of earlier versions lack what came later.
    const ports: Ports = { ...await choosePorts({}, known.zones.length), ...known.ports }
    return {
      ...known,
      settings: { ...options.settings },
      brokers: options.brokers ?? false,
      ports,
      vault: { ...known.vault, servicesAddress: servicesAddress(ports) },
      zones: known.zones.map((zone, index) => ({ ...zone, broker: { url: brokerUrl(ports, index) }, allowedNetworks: options.zones[index]?.allowedNetworks ?? zone.allowedNetworks }))
    }
  }
  if (known !== undefined) {
    // Set-up was cut short: Vault may hold anything, and its root token is lost.
    await new Crew(known, true).endAll()
    for (const part of parts) await rm(join(dir, part), { recursive: true, force: true })
  }
  for (const part of parts) {
    if (await exists(join(dir, part))) throw stackFailure(`${dir} holds ${part}/ and no stack.json that this version reads: use another folder. ${loss}`)
  }
  return newRecord({
    dir,
    uidBase: options.uidBase ?? defaultUidBase,
    ports: await choosePorts(options.ports ?? {}, options.zones.length),
    brokers: options.brokers ?? false,
    zones: options.zones,
    settings: options.settings ?? {},
    program: tools.vault,
    policies: await policiesDigest(options.zones.map(zone => zone.name))
  })
}

/**
 * Starts a whole Rekey on this machine, or what of it does not run: OpenBao, Redis, the API and a worker for each zone.
 * Each process has a user id of its own. On a failure everything that this call started is stopped again.
 * @throws RekeyError `stack/failed` saying what is lacking, or with the last lines of the log of what did not start
 */
export async function startStack (options: StackOptions): Promise<Stack> {
  if (process.getuid?.() !== 0) throw stackFailure('the stack gives each process a user id of its own, which needs root')
  checkZones(options.zones)
  const tools = await findTools()
  const services = options.services ?? true
  if (services) assertBuilt()
  await mkdir(options.dir, { recursive: true })
  await ownFolder(await realpath(options.dir), 0, 0o755)
  return await exclusively(layout(resolve(options.dir)).lock, 120, async () => {
    const record = await recordFor(options, tools)
    await writeRecord(record)
    const renewed = await prepareFolder(record)
    const say = options.say ?? (() => {})
    const crew = new Crew(record, options.detached ?? false)
    const stack = new Stack(crew, tools, await readFile(record.caFile, 'utf8'), say)
    try {
      await stack.renew(renewed)
      await stack.bring(services)
      return stack
    } catch (error) {
      await crew.endStartedHere()
      throw error
    }
  })
}

/** Ends every process of the stack in that folder, whoever started it. @returns whether there is a stack */
export async function stopStack (dir: string): Promise<boolean> {
  const folder = resolve(dir)
  if (await readRecord(folder) === undefined) return false
  return await exclusively(layout(folder).lock, 120, async () => {
    const record = await readRecord(folder)
    if (record !== undefined) await new Crew(record, true).endAll()
    return record !== undefined
  })
}
