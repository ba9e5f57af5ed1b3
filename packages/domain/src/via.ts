import { checkName } from './names.ts'
import { RekeyError } from './errors.ts'

/** A credential of another host of the same zone: the worker logs in there with it, and passes through. */
export interface Via {
  readonly host: string
  readonly account: string
  readonly name: string
}

/** Jump hosts in a row, as in `ssh -J a,b,c,d`. */
export const mostJumps = 4

/** `host/account/name` */
export function formatVia ({ host, account, name }: Via): string {
  return `${host}/${account}/${name}`
}

/** @throws RekeyError `name/invalid`, naming the field `via` */
export function parseVia (text: string): Via {
  const [host, account, name, ...rest] = text.split('/')
  if (host === undefined || account === undefined || name === undefined || rest.length > 0) {
    throw new RekeyError('name/invalid', 'via: a jump host\'s credential is named host/account/name', { field: 'via' })
  }
  return { host: checkName('host', host, 'via'), account: checkName('account', account, 'via'), name: checkName('credential', name, 'via') }
}
