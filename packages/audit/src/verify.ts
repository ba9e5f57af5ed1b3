import { readFile } from 'node:fs/promises'
import { followChain } from './chain.ts'
import type { ChainBreak, Head } from './chain.ts'

export interface Verification {
  readonly head: Head
  /** Empty when nothing was edited, removed, inserted or moved inside. What was cut off at the end shows only against a kept head. */
  readonly breaks: readonly ChainBreak[]
  readonly isTorn: boolean
}

/** Follows the chain of a journal file; needs nothing but the file. */
export async function verifyJournal (path: string): Promise<Verification> {
  const { head, breaks, torn } = followChain(await readFile(path, 'utf8'))
  return { head, breaks, isTorn: torn !== undefined }
}
