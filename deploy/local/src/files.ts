import { access, chmod, chown, mkdir, rename, writeFile } from 'node:fs/promises'

export async function exists (path: string): Promise<boolean> {
  return await access(path).then(() => true, () => false)
}

/** Makes the folder, or sets owner and mode of the one that is there. The parents must exist. */
export async function ownFolder (path: string, uid: number, mode: number): Promise<void> {
  await mkdir(path, { recursive: true, mode })
  await chown(path, uid, uid)
  await chmod(path, mode)
}

/** Replaces a file in one go; at no time is it there with another owner or a wider mode. */
export async function writeOwned (path: string, text: string, uid: number, mode: number): Promise<void> {
  const draft = `${path}.new`
  await writeFile(draft, text, { mode: 0o600 })
  await chown(draft, uid, uid)
  await chmod(draft, mode)
  await rename(draft, path)
}
