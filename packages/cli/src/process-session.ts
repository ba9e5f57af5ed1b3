import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { connectHttps, patient } from '@rekey/client'
import { beginOidcLogin, createOperator, createVaultClient, fetchIdentityToken, type VaultClient } from '@rekey/vault'
import { ask, askPassword } from './ask.ts'
import { runLeased } from './lease/run-leased.ts'
import type { Session } from './session.ts'
import { runSsh } from './ssh/run-ssh.ts'
import type { OperatorLogin, PasswordLogin, TokenLogin } from './vault/operator-login.ts'

/** The outside as it is: this process's terminal, and the network. */
export function processSession (): Session {
  const { stdin, stdout, stderr, env } = process
  return {
    folder: process.cwd(),
    env,
    isTerminal: stderr.isTTY,
    ask: stdin.isTTY ? async prompt => await ask(prompt, stdin, stderr) : undefined,
    askPassword: stdin.isTTY ? async prompt => await askPassword(prompt, stdin, stderr) : undefined,
    out: text => stdout.write(text),
    err: text => stderr.write(text),
    openApi: access => patient(connectHttps(access)),
    identityToken: async (login, role) => await closing(clientFor(login), async client => await fetchIdentityToken(client, role)),
    openOperator: login => createOperator({ zone: login.zone, client: clientFor(login) }),
    logIn: async login => await clientFor(login).handOut(),
    beginOidc: beginOidcLogin,
    logOut: async login => { await closing(clientFor(login), async client => await client.write(['auth', 'token', 'revoke-self'], {})) },
    ssh: async plan => await runSsh(plan, env),
    runLeased: async run => await runLeased(run, env),
    input: async () => await text(stdin),
    wait: async milliseconds => { await wait(milliseconds) }
  }
}

function clientFor (login: OperatorLogin | PasswordLogin | TokenLogin): VaultClient {
  const { vaultAddress: address, caFile, username } = login
  return createVaultClient({ address, caFile, login: 'token' in login ? { method: 'token', token: login.token } : { method: 'userpass', username, password: login.password } })
}

async function closing<T> (client: VaultClient, task: (client: VaultClient) => Promise<T>): Promise<T> {
  try {
    return await task(client)
  } finally {
    await client.close()
  }
}
