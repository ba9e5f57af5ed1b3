import { checkName } from '@rekey/domain'
import { UsageError } from './usage-error.ts'

/** A host as it is typed, `zone/host`. @param example of a command line that names one */
export function hostFrom (text: string, example: string): { zone: string, id: string } {
  const [zone, id, ...rest] = text.split('/')
  if (zone === undefined || id === undefined || rest.length > 0) throw new UsageError(`a host is named zone/host: ${example}`)
  return { zone: checkName('zone', zone), id: checkName('host', id) }
}
