import { isRekeyError, type Secret } from '@rekey/domain'
import type { Session } from '../session.ts'
import { UsageError } from '../usage-error.ts'
import { keptLogin } from '../vault/kept-login.ts'
import { tokenVariable } from './token-variable.ts'

/** Vault's clock of tokens counts seconds. */
const nextTokenMs = 1100
/** So many commands of one person may begin in the same second. */
const attempts = 4

/**
 * Asks a broker as the person who is logged in, by a token that Vault signs for that broker alone.
 * A broker takes each token once, and two that Vault signs for a person within a second are the same: then the next one is tried.
 * @param audience whom it is for, and the role by which Vault signs it; undefined: nobody has said
 * @throws UsageError where nobody is logged in
 */
export async function withPersonToken<T> (audience: string | undefined, session: Pick<Session, 'env' | 'identityToken' | 'wait'>, use: (token: Secret) => Promise<T>): Promise<T> {
  const login = await keptLogin(session.env)
  if (login === undefined) throw new UsageError(`there is no token: a person logs in with rekey login; a job of GitHub needs the permission id-token: write, one of GitLab id_tokens with ${tokenVariable}; any other says --token-file`)
  if (audience === undefined) throw new UsageError('say --audience, such as rekey-lease-production: no credential is named that would tell the zone')
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await use((await session.identityToken(login, audience)).token)
    } catch (error) {
      if (!isRekeyError(error, 'token/refused') || attempt === attempts) throw error
      await session.wait(nextTokenMs)
    }
  }
}
