import { open, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { RekeyClient } from '@rekey/client'
import { RekeyError } from '@rekey/domain'
import { apply, lookUp, plan, readInventory, type Note } from '@rekey/inventory'
import { parsePrivateKey, parsePublicKey } from '@rekey/ssh'
import { findApi } from '../api/find-api.ts'
import type { Said } from '../said.ts'
import type { Session } from '../session.ts'
import { UsageError } from '../usage-error.ts'
import { Api } from './api.ts'
import type { ImportCommand } from './options.ts'
import { asTable, forPrograms } from './report.ts'

/** @throws UsageError, RekeyError */
export async function importInventory (command: ImportCommand, session: Session): Promise<Said> {
  const access = await findApi(command.api, session)
  if (access === undefined && command.apply) {
    throw new UsageError('there is no local stack here: say --api-addr, --ca-file and --token-file, or --stack DIR')
  }
  const { rows, notes: found } = await read(command, session.folder)
  const notes = [...found, ...access === undefined ? [notAsked] : []]
  const connection = access === undefined ? undefined : session.openApi(access)
  try {
    const api = connection === undefined ? undefined : new Api(new RekeyClient(connection))
    const steps = plan(rows, api === undefined ? new Map() : await lookUp(api, rows), { parsePrivateKey, parsePublicKey })
    if (command.apply && api !== undefined) await apply(steps, api, { observe: !command.manage, progress: progressOver(steps.length, session.err) })
    const imported = { steps, notes, applied: command.apply }
    return {
      out: command.json ? forPrograms(imported) : asTable(imported),
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

/** A line for each tenth of a long import. */
function progressOver (total: number, err: (text: string) => void): (done: number) => void {
  const stride = Math.max(10, Math.ceil(total / 10))
  return done => { if (done % stride === 0) err(`rekey: ${done} of ${total} rows\n`) }
}
