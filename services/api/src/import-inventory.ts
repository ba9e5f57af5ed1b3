import type { Static } from 'typebox'
import { isRekeyError, RekeyError, type Secret } from '@rekey/domain'
import { apply, countOutcomes, lookUp, nameOf, plan, readInventory, rehearse, type Creator, type ReadInventory, type Step, type ZoneChoice } from '@rekey/inventory'
import type { Log } from '@rekey/rotation'
import { parsePrivateKey, parsePublicKey } from '@rekey/ssh'
import { importTarget, lookingCreator, type BodyCheck } from './import-target.ts'
import type { CallerPorts } from './caller-ports.ts'
import type { ImportedInventory, NewInventory } from './schemas/inventory.ts'

/** Of one request: an Ansible range of a few characters can name a hundred thousand. */
const mostHosts = 2000
/** Well below the time in which a request is answered: what is left then is for the next request. */
const mostMilliseconds = 20_000
const tooMuch = 'this is too much for one request'

export interface ImportContext {
  readonly check: BodyCheck
  readonly log: Log
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/**
 * Does what `rekey import` does, with all secrets in the text.
 * @throws RekeyError `input/unprocessable` when the text is no such inventory; a fault in the middle, after which the same call goes on there
 */
export async function importInventory (ports: CallerPorts, text: Secret, body: Omit<Static<typeof NewInventory>, 'text'>, { check, log, signal }: ImportContext): Promise<Static<typeof ImportedInventory>> {
  const until = ports.now().getTime() + mostMilliseconds
  const inTime = (creator: Creator): Creator => ({
    createHost: async (...host) => { refuseLate(); await creator.createHost(...host) },
    adopt: async (...credential) => { refuseLate(); await creator.adopt(...credential) }
  })
  const refuseLate = (): void => {
    if (signal.aborted || ports.now().getTime() > until) throw new RekeyError('request/timeout', tooMuch)
  }
  const { apply: isApplied = false, manage = false } = body
  const { rows, notes } = await read(text, body, signal)
  const target = importTarget(ports, check, log)
  const steps = plan(rows, await lookUp(target, rows), { parsePrivateKey, parsePublicKey })
  const planned = countOutcomes(steps).create
  const fault = isApplied
    ? await apply(steps, inTime(target), { observe: !manage })
    : await rehearse(steps, inTime(lookingCreator(ports, check)), { observe: !manage })
  if (fault !== undefined) throw isApplied ? broken(fault, countOutcomes(steps).created, planned) : unlooked(fault)
  const { create, created, there, refused } = countOutcomes(steps)
  return { applied: isApplied, counts: { create, created, there, refused }, rows: steps.map(rowOf), notes: [...notes] }
}

async function read (text: Secret, body: Omit<Static<typeof NewInventory>, 'text'>, signal: AbortSignal): Promise<ReadInventory> {
  try {
    // Its secrets are wrapped as it is read.
    return await readInventory(text.open(), {
      format: body.format,
      zone: zonesOf(body),
      knownHosts: body.knownHosts,
      trustFirstUse: body.trustFirstUse ?? false,
      mostHosts,
      signal: AbortSignal.any([signal, AbortSignal.timeout(mostMilliseconds)]),
      readFile: undefined,
      baseDir: '/',
      home: undefined
    })
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw unlooked(new RekeyError('request/timeout', tooMuch))
    throw isRekeyError(error) && error.detail.field === 'inventory' ? new RekeyError('input/unprocessable', `text: ${error.message}`, { field: 'text' }) : error
  }
}

/** @throws RekeyError `input/unprocessable` */
function zonesOf ({ format, zone, zones }: Pick<Static<typeof NewInventory>, 'format' | 'zone' | 'zones'>): ZoneChoice {
  if (zones !== undefined && format !== 'ansible') throw new RekeyError('input/unprocessable', 'zones: is for the groups of the format ansible; leave it out', { field: 'zones' })
  // Only our own format can name a host's zone itself.
  if (zone === undefined && zones === undefined && format !== 'rekey') throw new RekeyError('input/unprocessable', 'zone: is missing; say which zone the hosts belong to', { field: 'zone' })
  return { byGroup: zones ?? {}, otherwise: zone }
}

function broken (fault: RekeyError, created: number, planned: number): RekeyError {
  return new RekeyError(fault.code, `after ${created} of ${planned} rows: ${fault.message}. What was created stays; the same request again goes on there`)
}

function unlooked (fault: RekeyError): RekeyError {
  return isRekeyError(fault, 'request/timeout') ? new RekeyError(fault.code, `${fault.message}; nothing was done. Split the inventory`) : fault
}

function rowOf ({ row, outcome, creates, reason, field }: Step): Static<typeof ImportedInventory>['rows'][number] {
  const why = reason === undefined ? {} : { reason: reason.startsWith(`${field ?? ''}: `) ? reason.slice(`${field ?? ''}: `.length) : reason, ...field === undefined ? {} : { field } }
  const place = row.result === 'refused'
    ? { zone: null, host: row.host ?? null, account: row.account ?? null, name: null }
    : { zone: row.host.zone, host: row.host.id, account: row.credential?.account ?? null, name: row.credential === undefined ? null : nameOf(row.credential) }
  // What isn't done has ended the request before.
  return { source: row.source, result: outcome === 'not-done' ? 'create' : outcome, creates, ...place, ...why }
}
