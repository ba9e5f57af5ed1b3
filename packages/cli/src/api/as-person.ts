import type { Secret } from '@rekey/domain'
import type { Session } from '../session.ts'
import type { TokenLogin } from '../vault/operator-login.ts'

/** An identity token is used no longer than until so many seconds before its end: a request has to arrive and to be looked at. */
const marginSeconds = 30

/** Hands out a person's identity token, which is fetched from Vault when there is none that lasts, and kept nowhere. */
export function asPerson (login: TokenLogin, session: Pick<Session, 'identityToken'>): () => Promise<Secret> {
  let held: { readonly token: Promise<Secret>, until: number } | undefined
  return async () => {
    if (held === undefined || held.until <= performance.now()) {
      const begun = performance.now()
      const answer = session.identityToken(login)
      const fetched = { token: answer.then(({ token }) => token), until: Infinity }
      held = fetched
      answer.then(
        ({ ttlSeconds }) => { fetched.until = begun + (ttlSeconds - marginSeconds) * 1000 },
        () => { if (held === fetched) held = undefined }
      )
    }
    return await held.token
  }
}
