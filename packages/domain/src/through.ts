import { checkName } from './names.ts'
import { RekeyError } from './errors.ts'

/** Another credential of the same host, which changes an account as root, by sudo or as the account itself. */
export interface Through {
  readonly account: string
  readonly name: string
}

export function formatThrough ({ account, name }: Through): string {
  return `${account}/${name}`
}

/** @throws RekeyError `name/invalid` */
export function parseThrough (text: string, field = 'through'): Through {
  const [account, name, ...rest] = text.split('/')
  if (account === undefined || name === undefined || rest.length > 0) throw new RekeyError('name/invalid', `${field}: a credential of the same host is named account/name`, { field })
  return { account: checkName('account', account, field), name: checkName('credential', name, field) }
}
