/** What the host answered, as the stock client tells with `-v`. */
export interface SshAnswers {
  /** Files of keys that were offered, and to which the host said that others can be tried: a connection that ended proves nothing. */
  readonly refusedKeys: readonly string[]
  /** The same for a password. */
  readonly refusedPassword: boolean
  /** The files of keys that the host would take. */
  readonly acceptedKeys: readonly string[]
  /** The method that let it in. */
  readonly openedBy: string | undefined
}

const offered = /^debug1: Offering public key: (.+) \S+ SHA256:\S+/
const accepted = /^debug1: Server accepts key: (.+) \S+ SHA256:\S+/
const begun = /^debug1: Next authentication method: (password|keyboard-interactive)$/
const refused = /^debug1: Authentications that can continue: /
const opened = /^Authenticated to .* using "([a-z-]+)"\.$/

/** Reads the log of one connection of OpenSSH's client. */
export function readSshLog (log: string): SshAnswers {
  const refusedKeys: string[] = []
  const acceptedKeys: string[] = []
  let refusedPassword = false
  let openedBy: string | undefined
  let shown: { readonly key?: string } | undefined
  for (const line of log.split(/\r?\n/)) {
    const key = offered.exec(line)?.[1]
    const taken = accepted.exec(line)?.[1]
    if (key !== undefined) shown = { key }
    else if (begun.test(line)) shown = {}
    else if (taken !== undefined) {
      acceptedKeys.push(taken)
      shown = undefined
    } else if (refused.test(line)) {
      if (shown?.key !== undefined) refusedKeys.push(shown.key)
      else if (shown !== undefined) refusedPassword = true
      shown = undefined
    }
    openedBy ??= opened.exec(line)?.[1]
  }
  return { refusedKeys, refusedPassword, acceptedKeys, openedBy }
}
