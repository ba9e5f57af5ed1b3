import { connectHttps, patient } from '@rekey/client'
import { createOperator, createVaultClient } from '@rekey/vault'
import { ask, askPassword } from './ask.ts'
import { run } from './run.ts'

process.exitCode = await run(process.argv.slice(2), {
  folder: process.cwd(),
  env: process.env,
  askPassword: process.stdin.isTTY ? async (prompt) => await askPassword(prompt, process.stdin, process.stderr) : undefined,
  ask: process.stdin.isTTY ? async (prompt) => await ask(prompt, process.stdin, process.stderr) : undefined,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  openApi: access => patient(connectHttps(access)),
  openOperator: ({ zone, vaultAddress, caFile, username, password }) => createOperator({
    zone,
    client: createVaultClient({ address: vaultAddress, caFile, login: { method: 'userpass', username, password } })
  })
})
