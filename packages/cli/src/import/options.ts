import { checkName } from '@rekey/domain'
import { inventoryFormats, type InventoryFormat, type ZoneChoice } from '@rekey/inventory'
import type { Values } from '../arguments.ts'
import { UsageError } from '../usage-error.ts'

/** Where the API is, and who we are there. */
export interface ApiOptions {
  readonly address: string | undefined
  readonly caFile: string | undefined
  readonly tokenFile: string | undefined
  readonly stack: string | undefined
}

export interface ImportCommand {
  readonly verb: 'import'
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

/** @throws UsageError, or RekeyError `name/invalid` */
export function readImportOptions (values: Values, rest: readonly string[]): ImportCommand {
  const [file] = rest
  if (file === undefined || rest.length > 1) throw new UsageError('name one inventory: rekey import FILE --format FORMAT')
  const format = inventoryFormats.find(known => known === values.format)
  if (format === undefined) throw new UsageError(`say --format, one of ${inventoryFormats.join(', ')}`)
  return {
    verb: 'import',
    file,
    format,
    zone: zoneFrom(values.zone ?? [], format),
    knownHosts: values['known-hosts'],
    trustFirstUse: values['trust-first-use'] === true,
    apply: values.apply === true,
    manage: values.manage === true,
    json: values.json === true,
    api: { address: values['api-addr'], caFile: values['ca-file'], tokenFile: values['token-file'], stack: values.stack }
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
