import { resolve } from 'node:path'
import { notOurs, RekeyClient, type IssuedToken } from '@rekey/client'
import { findApi } from '../import/find-api.ts'
import type { ImportSession } from '../import/import.ts'
import { createNewFile } from '../new-file.ts'
import type { Said } from '../said.ts'
import { UsageError } from '../usage-error.ts'
import type { TokenCommand } from './options.ts'
import { issued, listed, revoked } from './report.ts'

const day = 86_400_000

/** @throws UsageError, RekeyError */
export async function manageTokens (command: TokenCommand, session: ImportSession): Promise<Said> {
  const access = await findApi(command.api, session.folder, session.env)
  if (access === undefined) throw new UsageError('there is no local stack here: say --api-addr, --ca-file and --token-file, or --stack DIR')
  const api = new RekeyClient(session.openApi(access))
  try {
    switch (command.verb) {
      case 'token create': {
        const { name, role, zones, days } = command
        return await issue(command, session, async () => await api.post('/v1/tokens', { body: { name, role, zones, ...endAfter(days) } }))
      }
      case 'token rotate': {
        const { id, overlapSeconds, days } = command
        return await issue(command, session, async () => await api.post('/v1/tokens/{id}/rotate', { path: { id }, body: { overlapSeconds, ...endAfter(days) } }))
      }
      case 'token list':
        return listed(await api.all('/v1/tokens'), command.json)
      case 'token revoke':
        return revoked(await api.delete('/v1/tokens/{id}', { path: { id: command.id } }), command.json)
    }
  } finally {
    api.close()
  }
}

function endAfter (days: number | undefined): { expiresAt?: string } {
  return days === undefined ? {} : { expiresAt: new Date(Date.now() + days * day).toISOString() }
}

/** A file that can't be made is told before there is a token that nobody could read. */
async function issue (command: Extract<TokenCommand, { verb: 'token create' | 'token rotate' }>, { folder }: ImportSession, ask: () => Promise<IssuedToken>): Promise<Said> {
  const file = command.out === undefined ? undefined : await createNewFile(resolve(folder, command.out))
  let answer: IssuedToken
  try {
    answer = await ask()
    if (typeof (answer as Partial<IssuedToken> | undefined)?.token !== 'string') throw notOurs()
  } catch (error) {
    await file?.drop()
    throw error
  }
  await file?.fill(`${answer.token}\n`)
  return issued(answer, command)
}
