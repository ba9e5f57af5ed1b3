import { open, rm } from 'node:fs/promises'
import { RekeyError } from '@rekey/domain'

/** A file for a secret, which only its owner reads. */
export interface NewFile {
  /** Writes it and closes it. @throws RekeyError `config/invalid` */
  fill (text: string): Promise<void>
  /** Removes it: there is nothing to write. */
  drop (): Promise<void>
}

/** Never over an existing file, whose readers and links nobody has checked. @throws RekeyError `config/invalid` */
export async function createNewFile (file: string): Promise<NewFile> {
  try {
    const handle = await open(file, 'wx', 0o600)
    return {
      async fill (text) {
        try {
          await handle.writeFile(text)
        } catch {
          throw unwritable(file)
        } finally {
          await handle.close()
        }
      },
      async drop () {
        await handle.close()
        await rm(file)
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(file)
    throw new RekeyError('config/invalid', `${file} exists already: remove it or name another`)
  }
}

function unwritable (file: string): RekeyError {
  return new RekeyError('config/invalid', `${file} can't be written: is its folder there, and yours?`)
}
