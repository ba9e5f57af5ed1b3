import { checkName } from '@rekey/domain'
import { UsageError } from './usage-error.ts'

/** @param text `key=value` @throws UsageError, RekeyError `name/invalid` */
export function labelFrom (text: string): [string, string] {
  const [key = '', value, ...rest] = text.split('=')
  if (value === undefined || rest.length > 0) throw new UsageError('--label takes KEY=VALUE')
  return [checkName('label', key, '--label'), checkName('label', value, '--label')]
}
