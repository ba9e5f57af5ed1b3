import { constants } from 'node:fs'
import { access, lstat, readFile, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
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
    for (const name of ['local', 'demo']) {
      const dir = join(place, '.rekey', name)
      const stack = await readStack(dir, async () => {
        for (const path of [dirname(dir), dir, join(dir, 'stack.json')]) await checkOwner(path, dir)
      })
      if (stack !== undefined) return stack
    }
    if (dirname(place) === place) return undefined
  }
}

async function readStack (dir: string, check = async () => {}): Promise<Stack | undefined> {
  const file = join(dir, 'stack.json')
  if (!await access(file, constants.R_OK).then(() => true, () => false)) return undefined
  await check()
  try {
    const text = await readFile(file, 'utf8')
    return await checkStack(JSON.parse(text), dir)
  } catch {
    throw new RekeyError('config/invalid', `${file} is not a stack's record, with its files beside it; say on the command line what it should tell`)
  }
}

/** Whoever made a stack that was merely found decides where secrets go: it must be this user, or root. @throws RekeyError `config/invalid` */
async function checkOwner (path: string, stack: string): Promise<void> {
  const { uid, mode } = await lstat(path)
  // A link's mode lets everybody write, so that none passes.
  if ((uid === 0 || uid === process.geteuid?.()) && (mode & 0o022) === 0) return
  throw new RekeyError('config/invalid', `${path} is a link, or others than you and root can write it, so the local stack there is not used: say --stack ${stack} if you trust it`)
}

async function checkStack (value: unknown, dir: string): Promise<Stack> {
  const stack = value as Stack
  const texts = [stack.vault.address, stack.caFile, stack.api.url, stack.api.tokenFile, ...stack.zones.flatMap(({ name, operator }) => [name, operator.username, operator.passwordFile])]
  if (!texts.every(text => typeof text === 'string')) throw new TypeError('not a stack')
  const files = [stack.caFile, stack.api.tokenFile, ...stack.zones.map(({ operator }) => operator.passwordFile)]
  const inside = await real(dir) + sep
  for (const file of files) if (!(await real(file)).startsWith(inside)) throw new TypeError('a file of somebody else')
  return stack
}

/** A file that is not there is told by whoever reads it. */
async function real (path: string): Promise<string> {
  return await realpath(path).catch(async () => dirname(path) === path ? path : join(await real(dirname(path)), basename(path)))
}
