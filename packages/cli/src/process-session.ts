import { setTimeout as wait } from 'node:timers/promises'
import { connectHttps, patient } from '@rekey/client'
import { createOperator, createVaultClient, type VaultClient } from '@rekey/vault'
import { ask, askPassword } from './ask.ts'
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
    openOperator: login => createOperator({ zone: login.zone, client: clientFor(login) }),
    logIn: async login => await clientFor(login).handOut(),
    logOut: async login => await logOut(clientFor(login)),
    ssh: async plan => await runSsh(plan, env),
    wait: async milliseconds => { await wait(milliseconds) }
  }
}

function clientFor (login: OperatorLogin | PasswordLogin | TokenLogin): VaultClient {
  const { vaultAddress: address, caFile, username } = login
  return createVaultClient({ address, caFile, login: 'token' in login ? { method: 'token', token: login.token } : { method: 'userpass', username, password: login.password } })
}

async function logOut (client: VaultClient): Promise<void> {
  try {
    await client.write(['auth', 'token', 'revoke-self'], {})
  } finally {
    await client.close()
  }
}
