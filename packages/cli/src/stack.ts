import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { RekeyError } from '@rekey/domain'
import { UsageError } from './usage-error.ts'

/** What stack.json tells of a local stack, as far as a login needs it. */
export interface Stack {
  readonly vault: { readonly address: string }
  readonly caFile: string
  readonly api: { readonly url: string, readonly tokenFile: string }
  readonly zones: ReadonlyArray<{ readonly name: string, readonly operator: { readonly username: string, readonly passwordFile: string } }>
}

/** The one that is named, or the nearest. @throws UsageError when there is none of that name, RekeyError `config/invalid` */
export async function findStack (named: string | undefined, folder: string): Promise<Stack | undefined> {
  if (named !== undefined) {
    const stack = await readStack(resolve(folder, named))
    if (stack === undefined) throw new UsageError(`there is no local stack in ${named}: its stack.json can't be read`)
    return stack
  }
  for (let place = resolve(folder); ; place = dirname(place)) {
    const stack = await readStack(join(place, '.rekey', 'local')) ?? await readStack(join(place, '.rekey', 'demo'))
    if (stack !== undefined) return stack
    if (dirname(place) === place) return undefined
  }
}

async function readStack (dir: string): Promise<Stack | undefined> {
  let text: string
  try {
    text = await readFile(join(dir, 'stack.json'), 'utf8')
  } catch {
    return undefined
  }
  try {
    return checkStack(JSON.parse(text))
  } catch {
    throw new RekeyError('config/invalid', `${join(dir, 'stack.json')} is not a stack's record; say on the command line what it should tell`)
  }
}

function checkStack (value: unknown): Stack {
  const stack = value as Stack
  const texts = [stack.vault.address, stack.caFile, stack.api.url, stack.api.tokenFile, ...stack.zones.flatMap(({ name, operator }) => [name, operator.username, operator.passwordFile])]
  if (!texts.every(text => typeof text === 'string')) throw new TypeError('not a stack')
  return stack
}
