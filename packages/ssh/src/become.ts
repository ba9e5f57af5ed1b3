import type { Secret } from '@rekey/domain'
import { checkName } from '@rekey/domain'
import { marker, newNonce, renderQuestion } from './scripts/render.ts'
import type { Shell } from './shell.ts'

export interface Becoming {
  /** Who the shell is now. */
  readonly from: string
  readonly to: string
  /** The present account's own, for a sudo that asks. */
  readonly password: Secret | undefined
}

/**
 * Turns a shell into another account's: root's by `su`, others' by `sudo`. The shell that is to come says when it is there:
 * whatever is sent before that may be read ahead by the one that goes.
 * @returns whether it is there
 */
export async function become (shell: Shell, { from, to, password }: Becoming, timeoutMs: number): Promise<boolean> {
  const account = checkName('account', to)
  const ready = newNonce()
  const next = `/bin/sh -c 'printf "\\nrekey:%s%s:ready\\n" ${ready.a} ${ready.b}; exec /bin/sh -s'`
  if (from === 'root') {
    return await shell.run(`exec su -s /bin/sh ${account} -c 'exec ${next.replaceAll('\'', '\'\\\'\'')}' 2>&1\n`, marker(ready), timeoutMs) === 'ready'
  }
  const may = newNonce()
  const asksNothing = await shell.run(renderQuestion('sudo', may, { account }), marker(may), timeoutMs) === 'yes'
  if (asksNothing) return await shell.run(`exec sudo -n -u ${account} ${next} 2>&1\n`, marker(ready), timeoutMs) === 'ready'
  if (password === undefined) return false
  // Nothing is sent before its prompt, and -k sees to it that there is one.
  const prompt = newNonce()
  const asked = await shell.run(`exec sudo -S -k -p '\n${marker(prompt)}ask\n' -u ${account} ${next} 2>&1\n`, marker(prompt), timeoutMs)
  return asked === 'ask' && await shell.run(`${password.open()}\n`, marker(ready), timeoutMs) === 'ready'
}
