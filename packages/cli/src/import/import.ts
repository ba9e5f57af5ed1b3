import { open, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { RekeyError } from '@rekey/domain'
import { readInventory, type Note, type Row } from '@rekey/inventory'
import type { Said } from '../said.ts'
import { UsageError } from '../usage-error.ts'
import { Api, type ApiConnection } from './api.ts'
import { apply } from './apply.ts'
import { findApi, type ApiAccess } from './find-api.ts'
import type { ImportCommand } from './options.ts'
import { lookUp, plan, type KnownZone } from './plan.ts'
import { asJson, asTable } from './report.ts'

export interface ImportSession {
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly err: (text: string) => void
  readonly openApi: (access: ApiAccess) => ApiConnection
}

/** @throws UsageError, RekeyError */
export async function importInventory (command: ImportCommand, session: ImportSession): Promise<Said> {
  const access = await findApi(command.api, session.folder, session.env)
  if (access === undefined && command.apply) {
    throw new UsageError('there is no local stack here: say --api-addr, --ca-file and --token-file, or --stack DIR')
  }
  const { rows, notes: found } = await read(command, session.folder)
  const notes = [...found, ...noteOn(rows), ...access === undefined ? [notAsked] : []]
  const connection = access === undefined ? undefined : session.openApi(access)
  try {
    const api = connection === undefined ? undefined : new Api(connection)
    const zones = api === undefined ? new Map<string, KnownZone>() : await lookUpAll(api, rows)
    const steps = plan(rows, zones)
    if (command.apply && api !== undefined) await apply(steps, api, { observe: !command.manage, progress: progressOver(steps.length, session.err) })
    const imported = { steps, notes, applied: command.apply }
    return {
      out: command.json ? asJson(imported) : asTable(imported),
      notes: command.json ? [] : notes.map(({ source, text }) => `${source}: ${text}`),
      code: steps.some(({ outcome }) => outcome === 'refused' || outcome === 'not-done') ? 1 : 0
    }
  } finally {
    connection?.close()
  }
}

const notAsked: Note = { source: 'API', text: 'no API was named, so what it already has is not known; say --api-addr, --ca-file and --token-file, or --stack DIR' }

async function read (command: ImportCommand, folder: string) {
  const file = resolve(folder, command.file)
  const [text, knownHosts] = [await textOf(file), command.knownHosts === undefined ? undefined : await textOf(resolve(folder, command.knownHosts))]
  return await readInventory(text, {
    format: command.format,
    zone: command.zone,
    knownHosts,
    trustFirstUse: command.trustFirstUse,
    readFile: readSmallFile,
    baseDir: dirname(file),
    home: homedir()
  })
}

async function textOf (file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    throw new RekeyError('config/invalid', `${file} can't be read`)
  }
}

/** No key is longer, and what an inventory names might be a disk, or never end. */
async function readSmallFile (path: string): Promise<string> {
  const handle = await open(path, 'r')
  try {
    const about = await handle.stat()
    if (!about.isFile() || about.size > 65_536) throw new Error('not a key')
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

function noteOn (rows: readonly Row[]): Note[] {
  const count = rows.filter(row => row.result === 'accepted' && row.credential?.via !== undefined).length
  return count === 0 ? [] : [{ source: 'jump hosts', text: `rows that go through one: ${count}. Rekey doesn't: the zone's worker has to reach these hosts itself` }]
}

async function lookUpAll (api: Api, rows: readonly Row[]): Promise<Map<string, KnownZone>> {
  const zones = new Map<string, KnownZone>()
  for (const zone of new Set(rows.flatMap(row => row.result === 'accepted' ? [row.host.zone] : []))) zones.set(zone, await lookUp(api, zone))
  return zones
}

/** A line for each tenth of a long import. */
function progressOver (total: number, err: (text: string) => void): (done: number) => void {
  const stride = Math.max(10, Math.ceil(total / 10))
  return done => { if (done % stride === 0) err(`rekey: ${done} of ${total} rows\n`) }
}
