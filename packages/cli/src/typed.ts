import type { Session } from './session.ts'
import { UsageError } from './usage-error.ts'

/** What the person types who has to be sure. @throws UsageError where nobody is there to be asked */
export async function typed (prompt: string, { ask }: Pick<Session, 'ask'>): Promise<string> {
  if (ask === undefined) throw new UsageError('say --yes, as there is no terminal to ask')
  return (await ask(prompt)).trim()
}
