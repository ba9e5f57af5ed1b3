import { checkName } from '@rekey/domain'
import { inventoryFormats, type InventoryFormat, type ZoneChoice } from '@rekey/inventory'
import type { ApiOptions } from '../api/find-api.ts'
import { UsageError } from '../usage-error.ts'

export interface ImportCommand {
  readonly file: string
  readonly format: InventoryFormat
  readonly zone: ZoneChoice
  readonly knownHosts: string | undefined
  readonly trustFirstUse: boolean
  /** Without it nothing is changed. */
  readonly apply: boolean
  /** Nothing of it is observed: the next order rotates it. */
  readonly manage: boolean
  readonly json: boolean
  readonly api: ApiOptions
}

export interface ImportFlags {
  readonly format?: string
  readonly zone?: readonly string[]
  readonly knownHosts?: string
  readonly trustFirstUse?: boolean
  readonly apply?: boolean
  readonly manage?: boolean
}

/** @throws UsageError, or RekeyError `name/invalid` */
export function readImport (file: string, flags: ImportFlags): Omit<ImportCommand, 'json' | 'api'> {
  const format = inventoryFormats.find(known => known === flags.format)
  if (format === undefined) throw new UsageError(`say --format, one of ${inventoryFormats.join(', ')}`)
  return {
    file,
    format,
    zone: zoneFrom(flags.zone ?? [], format),
    knownHosts: flags.knownHosts,
    trustFirstUse: flags.trustFirstUse === true,
    apply: flags.apply === true,
    manage: flags.manage === true
  }
}

/** `--zone production` for all, `--zone web=production` for a group of Ansible's. */
function zoneFrom (texts: readonly string[], format: InventoryFormat): ZoneChoice {
  const byGroup: Record<string, string> = Object.create(null) as Record<string, string>
  let otherwise: string | undefined
  for (const text of texts) {
    const at = text.lastIndexOf('=')
    const zone = checkName('zone', text.slice(at + 1), '--zone')
    if (at < 0 && otherwise !== undefined) throw new UsageError('--zone names two zones for all hosts; write --zone GROUP=ZONE for the hosts of a group')
    if (at < 0) otherwise = zone
    else byGroup[text.slice(0, at)] = zone
  }
  const hasGroups = Object.keys(byGroup).length > 0
  if (hasGroups && format !== 'ansible') throw new UsageError('--zone GROUP=ZONE is for the groups of --format ansible')
  // Only our own format can name a host's zone itself.
  if (otherwise === undefined && !hasGroups && format !== 'rekey') throw new UsageError('say --zone, the zone that the hosts belong to')
  return { byGroup, otherwise }
}
