import { constants } from 'node:fs'
import { access, mkdir, open, rename, rm } from 'node:fs/promises'

// All of this runs as root on names that a service may have had the choice of: none of it goes where a link leads.

export async function exists (path: string): Promise<boolean> {
  return await access(path).then(() => true, () => false)
}

/**
 * Makes the folder, or sets owner, group and mode of the one that is there. The parents must exist.
 * @throws NodeJS.ErrnoException `ENOTDIR` or `ELOOP` when a link or a file is there instead
 */
export async function ownFolder (path: string, uid: number, mode: number, gid: number = uid): Promise<void> {
  await mkdir(path, { recursive: true, mode })
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    await folder.chown(uid, gid)
    await folder.chmod(mode)
  } finally {
    await folder.close()
  }
}

/** Replaces a file in one go; at no time is it there with another owner or a wider mode. */
export async function writeOwned (path: string, text: string, uid: number, mode: number): Promise<void> {
  const draft = `${path}.new`
  await rm(draft, { force: true })
  // `wx` is O_EXCL, which follows no link: open(2).
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.chown(uid, uid)
    await file.chmod(mode)
  } finally {
    await file.close()
  }
  await rename(draft, path)
}

/** Reads a file that a service owns. @throws NodeJS.ErrnoException `ELOOP` when a link is there instead */
export async function readOwned (path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}
