import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the stock `ssh` client is to log in, and with what. */
export interface Door {
  readonly name: string
  readonly account: string
  readonly address: string
  readonly port: number
  /** Pinned host keys, `type base64`. */
  readonly hostKeys: readonly string[]
}

export interface Judgement {
  /** Key files that the host refused. */
  readonly refused: readonly string[]
  /** The key file that the host accepted, and only it. */
  readonly accepted: string | undefined
  readonly output: string
}

/** Wrong keys that are shown before the right one: sshd ends a connection at six (MaxAuthTries). */
const wrongKeysAtOnce = 4

/** The stock OpenSSH client, under strict host checking, without an agent or a configuration of its own. */
export class Judge {
  readonly #folder: string

  constructor (folder: string) {
    this.#folder = folder
  }

  /**
   * Shows the wrong keys, a few a connection, each time followed by the right one.
   * @param command runs on the host once the right one has opened
   */
  async judge (door: Door, wrong: readonly string[], right: string, command: string): Promise<Judgement> {
    const knownHosts = join(this.#folder, `${door.name.replaceAll('/', '_')}.known_hosts`)
    await writeFile(knownHosts, door.hostKeys.map((key) => `[${door.address}]:${door.port} ${key}\n`).join(''))
    const refused: string[] = []
    let output = ''
    for (let at = 0; at === 0 || at < wrong.length; at += wrongKeysAtOnce) {
      const shown = [...wrong.slice(at, at + wrongKeysAtOnce), right]
      const { log, stdout } = await this.#ssh(door, knownHosts, shown, command)
      const accepted = all(log, /Server accepts key: (\S+)/g)
      if (accepted.join() !== right) return { refused, accepted: accepted.join(', ') || undefined, output: log }
      const offered = all(log, /Offering public key: (\S+)/g)
      refused.push(...shown.filter((key) => key !== right && offered.includes(key)))
      output = stdout
    }
    return { refused, accepted: right, output }
  }

  async #ssh (door: Door, knownHosts: string, keys: readonly string[], command: string): Promise<{ log: string, stdout: string }> {
    const options = [
      'StrictHostKeyChecking=yes', `UserKnownHostsFile=${knownHosts}`, 'GlobalKnownHostsFile=none', 'IdentitiesOnly=yes',
      'IdentityAgent=none', 'PreferredAuthentications=publickey', 'BatchMode=yes', 'ConnectTimeout=10'
    ].flatMap((option) => ['-o', option])
    const args = ['-v', '-F', 'none', ...options, ...keys.flatMap((key) => ['-i', key]), '-p', String(door.port), '-l', door.account, door.address, command]
    return await new Promise((resolve) => {
      execFile('ssh', args, { timeout: 30_000, env: { PATH: '/usr/bin:/bin' } }, (_, stdout, stderr) => resolve({ log: stderr, stdout: stdout.trim() }))
    })
  }
}

function all (text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found)
}
