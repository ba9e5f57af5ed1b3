import type { AuditTrail, Log } from '@rekey/rotation'
import { join } from 'node:path'
import { Feed } from './feed.ts'
import { Notary } from './notary.ts'
import type { JournalArchive, Unsigned } from './notary.ts'
import type { AuditSettings } from './settings.ts'
import { readSinks } from './sinks/sinks-file.ts'
import { createAuditTrail } from './trail.ts'

export interface AuditBacklog {
  readonly unsigned: Unsigned | undefined
  /** By sink: how many entries it has not taken yet. */
  readonly sinks: ReadonlyMap<string, number>
}

export interface RunningAudit {
  readonly trail: AuditTrail
  /** What is recorded on this machine only, as far as it is known. */
  readonly backlog: () => Promise<AuditBacklog>
  /** Takes the rest to Vault, as far as it answers, and lets go of the journal. Close it before Vault's client. */
  close (): Promise<void>
}

/**
 * A process's audit trail with all that looks after it.
 * @param archive where its heads and parts are kept
 * @throws RekeyError `audit/unwritable`, `config/invalid`
 */
export async function startAudit (settings: AuditSettings, { service, archive, log }: { readonly service: string, readonly archive: JournalArchive, readonly log: Log }): Promise<RunningAudit> {
  const onAlarm = (alarm: string, message: string): void => { log.error({ event: 'alarm', alarm }, message) }
  const sinks = settings.REKEY_AUDIT_SINKS_FILE === undefined ? [] : readSinks(settings.REKEY_AUDIT_SINKS_FILE)
  const trail = await createAuditTrail({
    dir: settings.REKEY_AUDIT_DIR,
    spareDir: settings.REKEY_AUDIT_SPARE_DIR,
    service,
    onTrouble: (message) => { onAlarm('audit-spare', message) }
  })
  const notary = new Notary({ trail, archive, shipSeconds: settings.REKEY_AUDIT_SHIP_SECONDS, headSeconds: settings.REKEY_AUDIT_HEAD_SECONDS, onAlarm })
  const feeds = sinks.map((sink) => new Feed({ trail, sink, positionFile: join(settings.REKEY_AUDIT_DIR, 'sinks', `${sink.name}.json`), onAlarm: (message) => { onAlarm('audit-sink', message) } }))
  return {
    trail,
    async backlog () {
      const behind = await Promise.all(feeds.map(async (feed) => [feed.sink, await feed.undelivered()] as const))
      return { unsigned: await notary.unsigned(), sinks: new Map(behind.flatMap(([sink, count]) => count === undefined ? [] : [[sink, count] as const])) }
    },
    async close () {
      await Promise.all(feeds.map(async (feed) => { await feed.close() }))
      await notary.close()
      await trail.close()
    }
  }
}
