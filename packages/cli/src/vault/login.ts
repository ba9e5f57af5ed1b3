import { isRekeyError } from '@rekey/domain'
import { asJson, type Said } from '../said.ts'
import type { Session } from '../session.ts'
import { logInByBrowser, type BrowserFlags } from './browser-login.ts'
import { findPasswordLogin, type LoginOptions } from './find-login.ts'
import { forgetLogin, keepLogin, keptLogin } from './kept-login.ts'
import type { TokenLogin } from './operator-login.ts'

export interface LoginFlags extends BrowserFlags {
  readonly json?: boolean
}

/** Opens a person's Vault login for the commands that come, until it ends. @throws UsageError, RekeyError */
export async function logIn (options: LoginOptions, zone: string | undefined, { json = false, ...browser }: LoginFlags, session: Session): Promise<Said> {
  const { ttlSeconds, ...login } = browser.oidc === true ? await logInByBrowser(options, browser, session) : await logInByPassword(options, zone, session)
  const endsAt = new Date(Date.now() + ttlSeconds * 1000).toISOString()
  const file = await keepLogin({ ...login, endsAt }, session.env)
  if (json) return { out: asJson({ username: login.username, vaultAddress: login.vaultAddress, endsAt, file }), notes: [] }
  return { out: `You are ${login.username} at ${login.vaultAddress} until ${endsAt}.\n`, notes: [`the login is in ${file}, which only you can read; rekey logout ends it`] }
}

async function logInByPassword (options: LoginOptions, zone: string | undefined, session: Session): Promise<TokenLogin & { readonly ttlSeconds: number }> {
  const { password, ...place } = await findPasswordLogin(options, zone, session)
  return { ...place, ...await session.logIn({ ...place, password }) }
}

/** Revokes it at Vault and forgets it, also when Vault does not answer. */
export async function logOut (session: Session, json = false): Promise<Said> {
  const kept = await keptLogin(session.env)
  await forgetLogin(session.env)
  if (kept === undefined) return { out: json ? asJson({ vaultAddress: null, revoked: false }) : 'You were not logged in.\n', notes: [] }
  try {
    await session.logOut(kept)
    return { out: json ? asJson({ vaultAddress: kept.vaultAddress, revoked: true }) : `You are logged out of ${kept.vaultAddress}.\n`, notes: [] }
  } catch (error) {
    if (!isRekeyError(error)) throw error
    return { out: json ? asJson({ vaultAddress: kept.vaultAddress, revoked: false }) : 'The login is forgotten here.\n', notes: [`Vault did not revoke it: ${error.message}; it ends by itself at ${kept.endsAt}`], code: 1 }
  }
}
