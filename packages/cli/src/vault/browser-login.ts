import { createServer } from 'node:http'
import { resolve as pathTo } from 'node:path'
import { RekeyError } from '@rekey/domain'
import type { Session } from '../session.ts'
import { findStack } from '../stack.ts'
import { UsageError } from '../usage-error.ts'
import type { LoginOptions } from './find-login.ts'
import type { TokenLogin } from './operator-login.ts'

export interface BrowserFlags {
  readonly oidc?: boolean
  readonly oidcMount: string
  readonly oidcRole?: string
  readonly oidcPort: number
}

/** People type a password and a second factor, and look for their phone. */
const patienceMs = 5 * 60 * 1000

/**
 * Has a person log in at the OpenID provider that Vault trusts, in a browser on this machine, which comes back to a port of ours.
 * @throws UsageError, RekeyError `config/invalid`, `vault/*`
 */
export async function logInByBrowser (options: LoginOptions, { oidcMount: mount, oidcRole: role, oidcPort: port }: BrowserFlags, session: Session): Promise<TokenLogin & { readonly ttlSeconds: number }> {
  if (options.username !== undefined || options.passwordFile !== undefined) throw new UsageError('--oidc asks the provider who you are: leave --username and --password-file out')
  const stack = options.stack === undefined && options.vaultAddress !== undefined ? undefined : await findStack(options.stack, session.folder)
  const vaultAddress = options.vaultAddress ?? stack?.vault.address
  if (vaultAddress === undefined) throw new UsageError('there is no local stack here: say --vault-addr and --ca-file, or --stack DIR')
  const caFile = options.caFile === undefined ? stack?.caFile : pathTo(session.folder, options.caFile)

  // By the name and the port that Vault's own command line uses, so that roles made for that one fit.
  const login = await session.beginOidc({ address: vaultAddress, caFile, mount, role, redirectUri: `http://localhost:${port}/oidc/callback` })
  const browser = await comingBack(port, login.state).catch((error: unknown) => { login.close(); throw error })
  try {
    session.err(`Open this page in a browser on this machine, within five minutes:\n\n${login.page}\n\n`)
    const { token, ttlSeconds, username } = await login.finish(await browser.code)
    return { vaultAddress, caFile, username, token, ttlSeconds }
  } finally {
    browser.close()
    login.close()
  }
}

/** Waits for the browser at 127.0.0.1. Whatever comes without the login's own state is not of this login, and changes nothing. */
async function comingBack (port: number, state: string): Promise<{ readonly code: Promise<string>, close: () => void }> {
  const server = createServer()
  const code = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => { reject(new RekeyError('vault/unavailable', 'nobody came back from the login page within five minutes: run rekey login again')) }, patienceMs).unref()
    server.on('close', () => { clearTimeout(timer) })
    server.on('request', (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
      const isOurs = request.method === 'GET' && pathname === '/oidc/callback' && searchParams.get('state') === state
      const brought = searchParams.get('code')
      response.writeHead(isOurs ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', connection: 'close' })
      response.end(!isOurs ? 'This is no login that anybody waits for.\n' : brought === null ? 'The provider did not let you in. The terminal says more.\n' : 'You may close this page, and go back to the terminal.\n')
      if (!isOurs) return
      if (brought !== null) resolve(brought)
      else reject(new RekeyError('vault/forbidden', 'the provider did not let you in, or you did not agree: run rekey login again'))
    })
  })
  code.catch(() => {})
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => { reject(new UsageError(`port ${port} of this machine is taken: say another one with --oidc-port, which the role's allowed_redirect_uris has to hold, too`)) })
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    code,
    close () {
      server.close()
      server.closeIdleConnections()
    }
  }
}
