import { createReadStream } from 'node:fs'
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
  const { head, breaks, tornBytes } = await followChain(createReadStream(path) as AsyncIterable<Buffer>)
  return { head, breaks, isTorn: tornBytes > 0 }
}
