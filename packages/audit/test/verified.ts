import { verifyJournals } from '@rekey/audit'
import type { Verification } from '@rekey/audit'

/** What the chain of one file says, without heads. */
export async function verified (file: string): Promise<Verification> {
  return await verifyJournals([file])
}

export async function isIntact (file: string, entries: number): Promise<boolean> {
  const { problems, journals } = await verified(file)
  return problems.length === 0 && journals[0]?.entries === entries
}
